"""Uploads data set and first weights to S3, once, as the input channels of a training job."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from botocore.exceptions import ClientError
from rich.progress import track

from contracts.model_layout import CARD_FILE, CPU_FILE, SAVED_MODEL_FOLDER
from contracts.training import DATA_PREFIX
from release.stage_account import StageAccount
from training.artefact.model_folder import file_sha256, read_model_folder
from training.container import FIRST_MODEL
from training.data.manifest import (
    DESCRIPTION_FILE,
    FOLDER,
    MANIFEST,
    read_manifest,
)
from training.recipe import Recipe

# Files are small, and each upload waits about 20 ms for S3.
_UPLOAD_THREADS = 16


def upload_channels(
    account: StageAccount, data: Path, recipe: Recipe, *, first_model: Path | None
) -> dict[str, str]:
    """Uploads what the recipe needs; returns the S3 URL of each channel.

    Uploads only files that the manifest names, the description of the data set, and the first
    weights: of the model that is named, or of the recipe. `training.preflight` has checked them.
    Raises DataError, ModelFolderError, and botocore's errors.
    """
    manifest, description = (data / FOLDER / name for name in (MANIFEST, DESCRIPTION_FILE))
    files = [radiograph.path for radiograph in read_manifest(data)]
    markers = [manifest, *([description] if description.is_file() else [])]
    channels = {FOLDER: _ChannelUpload(account, data, markers).upload(files)}
    if first_model:
        channels[FIRST_MODEL] = upload_model(account, first_model)
    elif recipe.backbone:
        weights = data / recipe.backbone
        channels[weights.parent.name] = _ChannelUpload(account, data, [weights]).upload([])
    return channels


def upload_model(account: StageAccount, folder: Path) -> str:
    """Uploads the card and both exports; returns the S3 URL of the folder. Raises
    ModelFolderError.
    """
    folder = read_model_folder(folder).folder.resolve()
    exports = [folder / CPU_FILE, *(folder / SAVED_MODEL_FOLDER).rglob("*")]
    upload = _ChannelUpload(account, folder.parent, [folder / CARD_FILE])
    return upload.upload([path for path in exports if path.is_file()])


class _ChannelUpload:
    """Uploads one folder below `root`, below a prefix that is a hash of its marker files.

    The first marker is uploaded last: where S3 has it, the upload is complete and is not repeated.
    """

    def __init__(self, account: StageAccount, root: Path, markers: list[Path]) -> None:
        self._account = account
        self._s3 = account.client("s3")
        self._bucket = account.environment.models_bucket
        self._root = root
        self._marker, *self._more_markers = markers
        hashes = " ".join(map(file_sha256, markers))
        self._prefix = f"{DATA_PREFIX}{hashlib.sha256(hashes.encode()).hexdigest()[:16]}/"

    def upload(self, files: list[Path]) -> str:
        """Uploads the files and the marker; returns the folder's URL."""
        if not has_object(self._account, f"s3://{self._bucket}/{self._key(self._marker)}"):
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


def has_object(account: StageAccount, url: str) -> bool:
    """Whether S3 has an object at this URL. Raises botocore's errors."""
    bucket, _, key = url.removeprefix("s3://").partition("/")
    try:
        account.client("s3").head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] != "404":
            raise
        return False
    return True
