"""Brings a trained model into a stage, where it waits for approval and answers nobody yet.

`python -m training.register build/training/default --stage dev`, or the name of a training job.
"""

import argparse
import sys
import tarfile
import tempfile
from pathlib import Path
from urllib.parse import urlparse

from release.account import Cloud, CloudError, find, said_in_words
from release.job import describe
from release.model_registry import Package, Registry
from release.models_bucket import Releases
from release.options import add_stage
from sagemaker_inference.archive import ArchiveError, unpack_archive
from training.artefact.model_folder import read_model_folder
from training.errors import TrainingError

# Where a job's output is put; SageMaker calls it so.
_OUTPUT = "model.tar.gz"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m training.register", description=__doc__)
    parser.add_argument("model", help="the folder of a trained model, or a training job's name")
    add_stage(parser)
    chosen = parser.parse_args()
    try:
        cloud = find(chosen.stage, region=chosen.region)
        if Path(chosen.model).is_dir():
            register(cloud, Path(chosen.model))
        else:
            if "/" in chosen.model:
                raise CloudError(f"There is no folder {chosen.model} here.")
            register_job(cloud, chosen.model)
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. The same command takes up where this one ended.", file=sys.stderr)
        return 130
    return 0


def register(cloud: Cloud, folder: Path, *, job: str = "") -> Package:
    """The version's package, made where it was not there, and told of. Raises TrainingError."""
    artefact = read_model_folder(folder)
    with said_in_words():
        releases, registry = Releases(cloud), Registry(cloud)
        request = registry.request(artefact, releases=releases, job=job)
        releases.upload(artefact)
        package = registry.find(artefact.version) or registry.add(request)
    print(f"{artefact.version} is registered in {cloud.place.stage}: {package.approval}")
    print(f"Let it answer: python -m training.promote {artefact.version}", end=" ")
    print(f'--stage {cloud.place.stage} --approve "why"')
    return package


def register_job(cloud: Cloud, name: str) -> Package:
    """What a training job made. Raises TrainingError where it made nothing, or has not yet."""
    with said_in_words(), tempfile.TemporaryDirectory() as folder:
        job = describe(cloud, name)
        if job["TrainingJobStatus"] != "Completed":
            why = job.get("FailureReason") or job.get("SecondaryStatus", "")
            raise CloudError(f"Job {name} is {job['TrainingJobStatus']}. {why}".strip())
        packed = Path(folder) / _OUTPUT
        place = urlparse(job["ModelArtifacts"]["S3ModelArtifacts"])
        cloud.client("s3").download_file(place.netloc, place.path.lstrip("/"), str(packed))
        try:
            with tarfile.open(packed) as archive:
                unpack_archive(archive, Path(folder) / "model")
        except (ArchiveError, tarfile.TarError) as error:
            raise CloudError(f"What job {name} has made cannot be unpacked: {error}") from error
        return register(cloud, Path(folder) / "model", job=job["TrainingJobArn"])
