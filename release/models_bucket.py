"""The models bucket of a stage: uploads versions and moves the pointer, with errors for people."""

import json
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from contracts.model_card import list_populations
from contracts.model_layout import (
    ARCHIVE_FILE,
    CARD_FILE,
    COPIED_FROM,
    CPU_FILE,
    POINTER_KEY,
    SHA256,
    VERSION_FILES,
    gate_file,
)
from contracts.model_pointer import ModelPointer
from release.stage_account import StageAccount, StageError
from sagemaker_inference.archive import build_archive
from storage.models_bucket import ModelMissingError, ModelsBucket, PointerConflictError
from training.artefact.model_folder import ModelFolder, file_sha256


class StageModelsBucket:
    """Methods raise botocore's errors, and StageError if the bucket's content does not allow it."""

    def __init__(self, account: StageAccount) -> None:
        self._bucket = ModelsBucket(account.client("s3"), account.environment.models_bucket)

    def file_url(self, version: str, path: str) -> str:
        return self._bucket.file_url(version, path)

    def upload(self, model: ModelFolder) -> bool:
        """Packs the endpoint's archive, and uploads it with the other files as `upload_files`."""
        if self._has(model.card):
            return False
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / ARCHIVE_FILE
            build_archive(model.folder, archive)
            return self.upload_files(
                model.card,
                {
                    name: archive if name == ARCHIVE_FILE else model.folder / name
                    for name in VERSION_FILES
                },
            )

    def upload_files(self, card: Mapping[str, Any], files: Mapping[str, Path]) -> bool:
        """Uploads the files of the card's version, by name; they are those of VERSION_FILES.

        Returns False if the bucket has the version. Raises StageError if that is another model. A
        version without a card is an interrupted upload, which this call continues.
        """
        if self._has(card):
            return False
        for name in VERSION_FILES:
            self._upload_file(card["model_version"], name, files[name])
        return True

    def download_files(self, version: str, folder: Path) -> dict[str, Path]:
        """Writes the files of a version into `folder`, each checked by the hash that its upload
        has stored. Raises StageError if one is missing or has other content.
        """
        files = {}
        for name in VERSION_FILES:
            files[name] = folder / name
            try:
                files[name].write_bytes(self._bucket.read_file(version, name))
            except ModelMissingError as error:
                raise StageError(
                    f"There is no version {version} in {self._bucket.name}: {error}."
                ) from error
            expected = (self._bucket.read_metadata(version, name) or {}).get(SHA256)
            if expected not in (None, file_sha256(files[name])):
                raise StageError(
                    f"models/{version}/{name} in {self._bucket.name} is not what was uploaded."
                )
        return files

    def list_versions(self) -> list[str]:
        """The versions with files, also those whose upload was interrupted."""
        return self._bucket.list_versions()

    def read_card(self, version: str) -> dict[str, Any] | None:
        """None where the bucket has no such version, or its upload was interrupted."""
        try:
            return self._bucket.read_card(version)
        except ModelMissingError:
            return None

    def _has(self, card: Mapping[str, Any]) -> bool:
        """Raises StageError if the bucket has another model under the card's version."""
        version = card["model_version"]
        existing = self.read_card(version)
        if existing is not None and _decisive_fields(existing) != _decisive_fields(card):
            raise StageError(
                f"Another model is {version} in {self._bucket.name}, and a version is written once."
            )
        return existing is not None

    def download_cpu(self, version: str, folder: Path) -> None:
        """Writes card and CPU file into the folder. Raises StageError for an unknown version."""
        self.require_complete(version, for_endpoint=False)
        for name in (CARD_FILE, CPU_FILE):
            (folder / name).write_bytes(self._bucket.read_file(version, name))

    def is_from_deploy(self, version: str) -> bool:
        """Whether a deploy copied the version: it records the source of each file as metadata."""
        return COPIED_FROM in (self._bucket.read_metadata(version, CARD_FILE) or {})

    def list_gates(self, version: str, *, against: str) -> list[dict[str, Any]]:
        """The results of the gate against another version: the card's, and the stored one."""
        gates = [self._bucket.read_card(version).get("gate")]
        with suppress(ModelMissingError):
            gates.append(json.loads(self._bucket.read_file(version, gate_file(against))))
        return [gate for gate in gates if gate and gate["against"] == against]

    def store_gate(self, model: ModelFolder, gate: Mapping[str, Any]) -> bool:
        """Stores a result of the gate beside a registered version, once for each other version.

        Returns False where the bucket does not have the version. Raises StageError if that is
        another model.
        """
        if not self._has(model.card):
            return False
        name, content = gate_file(gate["against"]), json.dumps(gate, indent=2).encode()
        self._bucket.create_file(model.version, name, content=content, metadata={})
        return True

    def require_complete(self, version: str, *, for_endpoint: bool) -> None:
        """Raises StageError if a file of the version is missing."""
        files = self._bucket.list_files(version)
        required = [name for name in VERSION_FILES if for_endpoint or name != ARCHIVE_FILE]
        missing = [name for name in required if name not in files]
        if missing:
            raise StageError(
                f"Version {version} is not in {self._bucket.name}: {', '.join(missing)} missing. "
                "Register it first: python -m training.register"
            )

    def read_pointer(self) -> ModelPointer | None:
        """The pointer; None if there is none yet. Raises StageError if it cannot be parsed."""
        try:
            return self._bucket.read_pointer()
        except ValueError as error:
            raise self._pointer_unreadable() from error

    def move_pointer(self, version: str, *, is_rollback: bool = False) -> ModelPointer:
        """Moves the pointer. Raises StageError if somebody else moves it at the same moment.

        After a rollback the pointer has no previous version: the next rollback must name one.
        """
        try:
            return self._bucket.move_pointer(version, is_rollback=is_rollback)
        except PointerConflictError as error:
            raise StageError(
                "Somebody else changed the version at the same moment. Check which version "
                "answers, and start again."
            ) from error
        except ValueError as error:
            raise self._pointer_unreadable() from error

    def _pointer_unreadable(self) -> StageError:
        where = f"{POINTER_KEY} in {self._bucket.name}"
        return StageError(f"{where} is no pointer. Restore its previous version.")

    def _upload_file(self, version: str, name: str, path: Path) -> None:
        """Raises StageError if an interrupted upload left a file with other content."""
        metadata = {SHA256: file_sha256(path)}
        if self._bucket.create_file(version, name, content=path.read_bytes(), metadata=metadata):
            return
        existing = self._bucket.read_metadata(version, name) or {}
        if existing.get(SHA256) != metadata[SHA256]:
            raise StageError(
                f"models/{version}/{name} in {self._bucket.name} is from another upload, which was "
                f"interrupted. Ask an administrator to delete models/{version}/, and start again."
            )


def _decisive_fields(card: Mapping[str, Any]) -> list[Any]:
    """The fields that decide an answer: two SavedModels of one model may differ in some bytes."""
    numbers = [
        [fields[name] for name in ("age_years", "calibration", "operating_point")]
        + [fields["validation"][name] for name in ("prevalence", "reliability")]
        for fields in list_populations(card).values()
    ]
    limits = [
        card.get(name) for name in ("typicality_limit", "min_adult_log_odds", "min_lung_energy")
    ]
    return [card["artefacts"]["cpu"]["sha256"], numbers, limits]
