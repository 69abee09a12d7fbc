"""The models bucket as a release sees it: a version's files, each written once, and the pointer."""

import json
import tempfile
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from contracts import keys
from contracts.model_pointer import ModelPointer, parse_model_pointer
from contracts.serialisation import serialise
from release.account import Cloud, CloudError
from sagemaker_inference.archive import build_archive
from training.artefact.model_folder import CARD, CPU, ModelFolder, file_sha256

# As TensorFlow Serving's container takes it.
ARCHIVE = "model.tar.gz"
# The card last: with it, the version is whole.
FILES = (CPU, ARCHIVE, CARD)

# Kept beside a file: the hash of its content.
_SHA256 = "sha256"
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


class Releases:
    """All calls raise botocore's errors, and CloudError where the bucket holds something else."""

    def __init__(self, cloud: Cloud) -> None:
        self._s3 = cloud.client("s3")
        self._bucket = cloud.place.models_bucket

    def address(self, version: str, path: str) -> str:
        return f"s3://{self._bucket}/{keys.model_file(version, path)}"

    def upload(self, artefact: ModelFolder) -> bool:
        """False where the version was there; CloudError where it was made of other weights."""
        known = self.card(artefact.version)
        if known is not None:
            if _answers(known) != _answers(artefact.card):
                raise CloudError(
                    f"Another model is {artefact.version} in {self._bucket}, and a version is "
                    "written once."
                )
            return False
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / ARCHIVE
            build_archive(artefact.folder, archive)
            for name in FILES:
                path = archive if name == ARCHIVE else artefact.folder / name
                self._put_once(keys.model_file(artefact.version, name), path)
        return True

    def card(self, version: str) -> dict[str, Any] | None:
        """The card of a version; None where there is none, or not yet all of it."""
        key = keys.model_file(version, CARD)
        try:
            content = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            return None
        return dict(json.loads(content))

    def came_with_a_deploy(self, version: str) -> bool:
        """By the note that the deploy leaves beside each file."""
        key = keys.model_file(version, CARD)
        return keys.COPIED_FROM in self._s3.head_object(Bucket=self._bucket, Key=key)["Metadata"]

    def require(self, version: str, *, for_endpoint: bool) -> None:
        """CloudError where a file of the version is missing."""
        listed = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=keys.model_file(version, ""))
        there = {each["Key"] for each in listed.get("Contents", [])}
        needed = [name for name in FILES if for_endpoint or name != ARCHIVE]
        missing = [name for name in needed if keys.model_file(version, name) not in there]
        if missing:
            raise CloudError(
                f"Version {version} is not in {self._bucket}: {', '.join(missing)} missing. "
                "Register it first: python -m training.register"
            )

    def pointer(self) -> ModelPointer | None:
        return self._tagged_pointer()[0]

    def point(self, version: str, *, back: bool = False) -> ModelPointer:
        """Moves the pointer, unless somebody else moves it at the same moment: then CloudError.

        The way `back` leads once: whoever goes a second time has to name a version.
        """
        before, tag = self._tagged_pointer()
        if before and before.model_version == version:
            return before
        previous = before.model_version if before and not back else ""
        after = ModelPointer(model_version=version, previous=previous)
        unchanged = {"IfMatch": tag} if before else {"IfNoneMatch": "*"}
        if not self._put(keys.CURRENT_MODEL, json.dumps(serialise(after)).encode(), **unchanged):
            raise CloudError(
                "Somebody else changed the version at the same moment. Look which one answers, "
                "and start again."
            )
        return after

    def _tagged_pointer(self) -> tuple[ModelPointer | None, str]:
        try:
            found = self._s3.get_object(Bucket=self._bucket, Key=keys.CURRENT_MODEL)
        except self._s3.exceptions.NoSuchKey:
            return None, ""
        try:
            return parse_model_pointer(found["Body"].read()), found["ETag"]
        except (ValueError, KeyError, TypeError) as error:
            where = f"{keys.CURRENT_MODEL} in {self._bucket}"
            raise CloudError(f"{where} is no pointer. Put back the version before.") from error

    def _put_once(self, key: str, path: Path) -> None:
        """A file that is there was left by a try that did not get as far as the card."""
        sha256 = file_sha256(path)
        if self._put(key, path.read_bytes(), IfNoneMatch="*", Metadata={_SHA256: sha256}):
            return
        noted = self._s3.head_object(Bucket=self._bucket, Key=key)["Metadata"].get(_SHA256)
        if noted != sha256:
            raise CloudError(
                f"{key} in {self._bucket} is of another try that did not end, and is written once. "
                f"Let an administrator delete {Path(key).parent}/ and start again."
            )

    def _put(self, key: str, content: bytes, **only_if: Any) -> bool:
        """False where the condition does not hold."""
        try:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=content, **only_if)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _TAKEN:
                raise
            return False
        return True


def _answers(card: dict[str, Any]) -> list[Any]:
    """What decides a doctor's answer. A SavedModel written twice is not the same to the byte."""
    decisive = ("calibration", "operating_point", "typicality_limit")
    return [card["artefacts"]["cpu"]["sha256"], *(card[name] for name in decisive)]
