"""Uploads a version into a stage and creates its package, pending approval."""

import tarfile
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from release.job import describe_job
from release.model_registry import ModelPackage, ModelRegistry
from release.models_bucket import StageModelsBucket
from release.package_request import Origin, build_package_request
from release.stage_account import StageAccount, StageError, explain_aws_errors
from sagemaker_inference.archive import ArchiveError, unpack_archive
from training.artefact.model_folder import add_job, read_model_folder

# SageMaker's name for the archive of what a job has written.
_JOB_OUTPUT = "model.tar.gz"


def register_folder(
    account: StageAccount, folder: Path, *, origin: Origin | None = None
) -> ModelPackage:
    """Uploads the model and creates its package, unless they exist. Raises TrainingError.

    The request is built first, so that nothing is uploaded of a model with an incomplete card.
    """
    model = read_model_folder(folder)
    with explain_aws_errors():
        models_bucket = StageModelsBucket(account)
        request = build_package_request(
            model.card,
            environment=account.environment,
            models_bucket=models_bucket,
            origin=origin or Origin(),
        )
        models_bucket.upload(model)
        return create_package(account, request)


def register_job(account: StageAccount, name: str) -> ModelPackage:
    """Registers the model of a training job. Raises TrainingError if the job has produced none.

    The card gets the job's name, ARN and instance type, as SageMaker states them.
    """
    with explain_aws_errors(), tempfile.TemporaryDirectory() as folder:
        job = describe_job(account, name)
        if job["TrainingJobStatus"] != "Completed":
            reason = job.get("FailureReason") or job.get("SecondaryStatus", "")
            raise StageError(f"Job {name} is {job['TrainingJobStatus']}. {reason}".strip())
        output = Path(folder) / _JOB_OUTPUT
        url = urlparse(job["ModelArtifacts"]["S3ModelArtifacts"])
        account.client("s3").download_file(url.netloc, url.path.lstrip("/"), str(output))
        model = Path(folder) / "model"
        unpack_file(output, model, title=f"The output of job {name}")
        arn = str(job["TrainingJobArn"])
        read_model_folder(model)  # Refuses a folder without a card.
        add_job(model, name=name, arn=arn, instance_type=job["ResourceConfig"]["InstanceType"])
        return register_folder(account, model, origin=Origin(job_arn=arn))


def create_package(account: StageAccount, request: dict[str, Any]) -> ModelPackage:
    """Creates the package unless the version has one, and prints what comes next."""
    registry, stage = ModelRegistry(account), account.environment.stage
    version = request["ModelPackageDescription"]
    package = registry.find_package(version) or registry.create_package(request)
    print(f"{version} is registered in {stage}: {package.approval}")
    print(f"Look at it: python -m training.show {version} --stage {stage}")
    print(f'Let it answer: python -m training.promote {version} --stage {stage} --approve "why"')
    return package


def unpack_file(path: Path, folder: Path, *, title: str) -> None:
    """Unpacks an archive into `folder`. Raises StageError, which begins with `title`."""
    try:
        with tarfile.open(path) as archive:
            unpack_archive(archive, folder)
    except (ArchiveError, tarfile.TarError) as error:
        raise StageError(f"{title} cannot be unpacked: {error}") from error
