"""Uploads the data set to S3, once, as the input channels of a training job."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from botocore.exceptions import ClientError
from rich.progress import track

from contracts.training import DATA_PREFIX
from release.stage_account import StageAccount
from training.artefact.model_folder import file_sha256
from training.data.manifest import (
    DESCRIPTION_FILE,
    FOLDER,
    MANIFEST,
    DataError,
    read_description,
    read_manifest,
)
from training.recipe import Recipe

# Files are small, and each upload waits about 20 ms for S3.
_UPLOAD_THREADS = 16


def upload_channels(account: StageAccount, data: Path, recipe: Recipe) -> dict[str, str]:
    """Uploads what the recipe needs; returns the S3 URL of each folder, by the folder's name.

    Uploads only files that the manifest names, the description of the data set, and the pretrained
    weights of the recipe. Raises DataError, and botocore's errors.
    """
    manifest, description = (data / FOLDER / name for name in (MANIFEST, DESCRIPTION_FILE))
    files = [radiograph.path for radiograph in read_manifest(data)]
    read_description(data)
    markers = [manifest, *([description] if description.is_file() else [])]
    channels = {FOLDER: _ChannelUpload(account, data, markers).upload(files)}
    if recipe.backbone:
        weights = data / recipe.backbone
        if not weights.is_file():
            raise DataError(f"The pretrained weights are missing: {weights} is not there.")
        channels[weights.parent.name] = _ChannelUpload(account, data, [weights]).upload([])
    return channels


class _ChannelUpload:
    """Uploads one folder of the data set, below a prefix that is a hash of its marker files.

    The first marker is uploaded last: where S3 has it, the upload is complete and is not repeated.
    """

    def __init__(self, account: StageAccount, root: Path, markers: list[Path]) -> None:
        self._s3 = account.client("s3")
        self._bucket = account.environment.models_bucket
        self._root = root
        self._marker, *self._more_markers = markers
        hashes = " ".join(map(file_sha256, markers))
        self._prefix = f"{DATA_PREFIX}{hashlib.sha256(hashes.encode()).hexdigest()[:16]}/"

    def upload(self, files: list[Path]) -> str:
        """Uploads the files and the marker; returns the folder's URL."""
        if not self._is_complete():
            self._put_files([*files, *self._more_markers])
            self._put(self._marker)
        return f"s3://{self._bucket}/{self._prefix}{self._marker.parent.name}/"

    def _put_files(self, files: list[Path]) -> None:
        with ThreadPoolExecutor(_UPLOAD_THREADS) as executor:
            results: Iterator[None] = executor.map(self._put, files)
            title = f"upload of {self._marker.parent.name}"
            for _ in track(results, total=len(files), description=title) if files else ():
                pass

    def _put(self, path: Path) -> None:
        self._s3.upload_file(str(path), self._bucket, self._key(path))

    def _key(self, path: Path) -> str:
        return f"{self._prefix}{path.relative_to(self._root).as_posix()}"

    def _is_complete(self) -> bool:
        try:
            self._s3.head_object(Bucket=self._bucket, Key=self._key(self._marker))
        except ClientError as error:
            if error.response["Error"]["Code"] != "404":
                raise
            return False
        return True
