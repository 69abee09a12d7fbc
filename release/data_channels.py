"""The data set as the channels of a training job: uploaded once, under the hash of what it is."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from rich.progress import track

from contracts.training import DATA_PREFIX
from release.account import Cloud
from training.artefact.model_folder import file_sha256
from training.data.manifest import FOLDER, MANIFEST, DataError, read_manifest
from training.recipes import Recipe

# Files are small, and each waits some 20 ms for S3.
_AT_ONCE = 16


def channels(cloud: Cloud, data: Path, recipe: Recipe) -> dict[str, str]:
    """The address in S3 of each folder that the recipe needs, by the folder's name.

    Only files that the manifest names are uploaded, and the weights that the recipe begins with.
    Raises DataError, and botocore's errors.
    """
    radiographs = read_manifest(data)
    manifest = data / FOLDER / MANIFEST
    found = {FOLDER: _Upload(cloud, manifest)}
    found[FOLDER].add(data, [radiograph.path for radiograph in radiographs])
    if recipe.backbone:
        weights = data / recipe.backbone
        if not weights.is_file():
            raise DataError(f"The pretrained weights are missing: {weights} is not there.")
        found[weights.parent.name] = _Upload(cloud, weights)
        found[weights.parent.name].add(data, [])
    return {name: f"{upload.address}{name}/" for name, upload in found.items()}


class _Upload:
    """`mark` goes last: where it is there, all is. Its hash is the name of the whole."""

    def __init__(self, cloud: Cloud, mark: Path) -> None:
        self._s3 = cloud.client("s3")
        self._bucket = cloud.place.models_bucket
        self._mark = mark
        self._prefix = f"{DATA_PREFIX}{file_sha256(mark)[:16]}/"
        self.address = f"s3://{self._bucket}/{self._prefix}"

    def add(self, root: Path, files: list[Path]) -> None:
        if self._is_there(self._key(root, self._mark)):
            return
        with ThreadPoolExecutor(_AT_ONCE) as executor:
            done = executor.map(lambda path: self._put(root, path), files)
            for _ in self._counted(done, len(files)):
                pass
        self._put(root, self._mark)

    def _counted(self, done: Iterator[None], count: int) -> Any:
        what = f"upload of {self._mark.parent.name}"
        return track(done, total=count, description=what) if count else done

    def _put(self, root: Path, path: Path) -> None:
        self._s3.upload_file(str(path), self._bucket, self._key(root, path))

    def _key(self, root: Path, path: Path) -> str:
        return f"{self._prefix}{path.relative_to(root).as_posix()}"

    def _is_there(self, key: str) -> bool:
        try:
            self._s3.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] != "404":
                raise
            return False
        return True
