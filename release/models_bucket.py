"""Uploads versions to a stage's models bucket and moves its pointer, with errors for people."""

import tempfile
from pathlib import Path
from typing import Any

from contracts.model_layout import (
    ARCHIVE_FILE,
    CARD_FILE,
    COPIED_FROM,
    POINTER_KEY,
    SHA256,
    VERSION_FILES,
)
from contracts.model_pointer import ModelPointer
from release.account import Cloud, CloudError
from sagemaker_inference.archive import build_archive
from storage.models_bucket import ModelMissingError, ModelsBucket, PointerConflictError
from training.artefact.model_folder import ModelFolder, file_sha256


class Releases:
    """All calls raise botocore's errors, and CloudError where the bucket holds something else."""

    def __init__(self, cloud: Cloud) -> None:
        self._bucket = ModelsBucket(cloud.client("s3"), cloud.place.models_bucket)

    def address(self, version: str, path: str) -> str:
        return self._bucket.file_url(version, path)

    def upload(self, model: ModelFolder) -> bool:
        """False where the bucket has the version. Raises CloudError where that is another model.

        A version without a card is an upload that was interrupted: it is continued.
        """
        try:
            card = self._bucket.read_card(model.version)
        except ModelMissingError:
            self._upload_files(model)
            return True
        if _decisive_fields(card) != _decisive_fields(model.card):
            raise CloudError(
                f"Another model is {model.version} in {self._bucket.name}, and a version is "
                "written once."
            )
        return False

    def came_with_a_deploy(self, version: str) -> bool:
        """A deploy records the source of each file that it copies."""
        return COPIED_FROM in (self._bucket.read_metadata(version, CARD_FILE) or {})

    def require(self, version: str, *, for_endpoint: bool) -> None:
        """Raises CloudError where a file of the version is missing."""
        files = self._bucket.list_files(version)
        needed = [name for name in VERSION_FILES if for_endpoint or name != ARCHIVE_FILE]
        missing = [name for name in needed if name not in files]
        if missing:
            raise CloudError(
                f"Version {version} is not in {self._bucket.name}: {', '.join(missing)} missing. "
                "Register it first: python -m training.register"
            )

    def pointer(self) -> ModelPointer | None:
        """The pointer; None where there is none yet. Raises CloudError where it is unreadable."""
        try:
            return self._bucket.read_pointer()
        except ValueError as error:
            raise self._pointer_unreadable() from error

    def point(self, version: str, *, back: bool = False) -> ModelPointer:
        """Moves the pointer. Raises CloudError where somebody else moves it at the same moment.

        After a rollback the version before is unknown: the next rollback must name one.
        """
        try:
            return self._bucket.move_pointer(version, is_rollback=back)
        except PointerConflictError as error:
            raise CloudError(
                "Somebody else changed the version at the same moment. Check which version "
                "answers, and start again."
            ) from error
        except ValueError as error:
            raise self._pointer_unreadable() from error

    def _pointer_unreadable(self) -> CloudError:
        where = f"{POINTER_KEY} in {self._bucket.name}"
        return CloudError(f"{where} is no pointer. Restore its previous version.")

    def _upload_files(self, model: ModelFolder) -> None:
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / ARCHIVE_FILE
            build_archive(model.folder, archive)
            for name in VERSION_FILES:
                path = archive if name == ARCHIVE_FILE else model.folder / name
                self._upload_file(model.version, name, path)

    def _upload_file(self, version: str, name: str, path: Path) -> None:
        """Raises CloudError where an interrupted upload left a file with other content."""
        metadata = {SHA256: file_sha256(path)}
        if self._bucket.create_file(version, name, content=path.read_bytes(), metadata=metadata):
            return
        existing = self._bucket.read_metadata(version, name) or {}
        if existing.get(SHA256) != metadata[SHA256]:
            raise CloudError(
                f"models/{version}/{name} in {self._bucket.name} is from another upload, which was "
                f"interrupted. Ask an administrator to delete models/{version}/, and start again."
            )


def _decisive_fields(card: dict[str, Any]) -> list[Any]:
    """The fields that decide an answer. A SavedModel written twice differs in some bytes."""
    decisive = ("calibration", "operating_point", "typicality_limit")
    return [card["artefacts"]["cpu"]["sha256"], *(card[name] for name in decisive)]
