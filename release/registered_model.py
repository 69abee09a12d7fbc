"""Finds the folder of a model by its folder or by a version that is registered in a stage."""

import tarfile
import tempfile
from pathlib import Path

from contracts.model_layout import ARCHIVE_FILE, CARD_FILE, CPU_FILE, SAVED_MODEL_FOLDER
from release.stage_account import StageAccount, StageError, explain_aws_errors, find_stage
from sagemaker_inference import warm_up
from sagemaker_inference.archive import ArchiveError, unpack_archive
from storage.models_bucket import ModelMissingError, ModelsBucket
from training.artefact.model_folder import ModelFolderError, read_model_folder

BUNDLED = Path("models")
DOWNLOADS = Path("build/comparison/versions")


def find_model(name: str, *, stage: str | None, region: str | None = None) -> Path:
    """Returns the folder; a version is downloaded from `stage` once. Raises TrainingError."""
    if Path(name).is_dir():
        return read_model_folder(Path(name)).folder
    if _is_bundled(name):
        return BUNDLED
    if "/" in name or stage is None:
        raise StageError(
            f"There is no folder {name} here. Name the folder of a model, or a registered version "
            "with its stage: --stage dev"
        )
    return download_version(find_stage(stage, region=region), name)


def download_version(account: StageAccount, version: str, *, folder: Path = DOWNLOADS) -> Path:
    """Returns the folder of the version, with its hashes checked. Raises TrainingError."""
    target = folder / account.environment.stage / version
    if target.is_dir():
        return read_model_folder(target).folder
    with explain_aws_errors():
        bucket = ModelsBucket(account.client("s3"), account.environment.models_bucket)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as name:
            partial = Path(name) / "model"
            partial.mkdir()
            try:
                for file in (CPU_FILE, CARD_FILE, ARCHIVE_FILE):
                    (partial / file).write_bytes(bucket.read_file(version, file))
                _unpack_saved_model(partial)
            except (ModelMissingError, ArchiveError, tarfile.TarError) as error:
                raise StageError(
                    f"Version {version} of {account.environment.stage} cannot be read: {error}. "
                    "Name its folder instead."
                ) from error
            read_model_folder(partial)
            partial.rename(target)
    return target


def _unpack_saved_model(folder: Path) -> None:
    """The archive has the SavedModel as version 1, with the requests that warm it up."""
    archive = folder / ARCHIVE_FILE
    with tempfile.TemporaryDirectory(dir=folder) as name:
        with tarfile.open(archive) as content:
            unpack_archive(content, Path(name))
        (Path(name) / "1" / warm_up.FILE).unlink(missing_ok=True)
        (Path(name) / "1").rename(folder / SAVED_MODEL_FOLDER)
    archive.unlink()


def _is_bundled(version: str) -> bool:
    try:
        return read_model_folder(BUNDLED).version == version
    except ModelFolderError:
        return False
