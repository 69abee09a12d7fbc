"""Registers a trained model in a stage, pending approval; it answers nobody yet.

`python -m training.register build/training/default --stage dev`, or the name of a training job.
"""

import argparse
import tarfile
import tempfile
from pathlib import Path
from urllib.parse import urlparse

from release.job import describe_job
from release.model_registry import ModelPackage, ModelRegistry
from release.models_bucket import StageModelsBucket
from release.stage_account import StageAccount, StageError, explain_aws_errors, find_stage
from release.stage_options import add_stage_options
from sagemaker_inference.archive import ArchiveError, unpack_archive
from training.artefact.model_folder import read_model_folder
from training.command import run_command

# SageMaker's name for the archive of what a job has written.
_JOB_OUTPUT = "model.tar.gz"


def main() -> int:
    arguments = _parser().parse_args()
    return run_command(lambda: _register(arguments))


def _register(arguments: argparse.Namespace) -> None:
    account = find_stage(arguments.stage, region=arguments.region)
    if Path(arguments.model).is_dir():
        register_folder(account, Path(arguments.model))
    elif "/" in arguments.model:
        raise StageError(f"There is no folder {arguments.model} here.")
    else:
        register_job(account, arguments.model)


def register_folder(account: StageAccount, folder: Path, *, job_arn: str = "") -> ModelPackage:
    """Uploads the model and creates its package, unless they exist. Raises TrainingError.

    The request is built first, so that nothing is uploaded of a model with an incomplete card.
    """
    model = read_model_folder(folder)
    stage = account.environment.stage
    with explain_aws_errors():
        models_bucket, registry = StageModelsBucket(account), ModelRegistry(account)
        request = registry.build_request(model, models_bucket=models_bucket, job_arn=job_arn)
        models_bucket.upload(model)
        package = registry.find_package(model.version) or registry.create_package(request)
    print(f"{model.version} is registered in {stage}: {package.approval}")
    print(f"Let it answer: python -m training.promote {model.version}", end=" ")
    print(f'--stage {stage} --approve "why"')
    return package


def register_job(account: StageAccount, name: str) -> ModelPackage:
    """Registers the model of a training job. Raises TrainingError if the job has produced none."""
    with explain_aws_errors(), tempfile.TemporaryDirectory() as folder:
        job = describe_job(account, name)
        if job["TrainingJobStatus"] != "Completed":
            reason = job.get("FailureReason") or job.get("SecondaryStatus", "")
            raise StageError(f"Job {name} is {job['TrainingJobStatus']}. {reason}".strip())
        output = Path(folder) / _JOB_OUTPUT
        url = urlparse(job["ModelArtifacts"]["S3ModelArtifacts"])
        account.client("s3").download_file(url.netloc, url.path.lstrip("/"), str(output))
        try:
            with tarfile.open(output) as archive:
                unpack_archive(archive, Path(folder) / "model")
        except (ArchiveError, tarfile.TarError) as error:
            raise StageError(f"The output of job {name} cannot be unpacked: {error}") from error
        return register_folder(account, Path(folder) / "model", job_arn=job["TrainingJobArn"])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.register",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", help="the folder of a trained model, or a training job's name")
    add_stage_options(parser)
    return parser
