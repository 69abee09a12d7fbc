"""Packs a model folder into the endpoint's model.tar.gz: the same inputs give the same bytes.

`python -m sagemaker_inference.archive --models models --out build/model.tar.gz`
"""

import argparse
import gzip
import hashlib
import io
import sys
import tarfile
from pathlib import Path

from sagemaker_inference import warm_up

SAVED_MODEL = "saved_model"
INFERENCE = Path(__file__).with_name("inference.py")

# Python 3.11.4 added the filter; Debian 12 has 3.11.2.
_EXTRACTION_FILTER = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


class ArchiveError(Exception):
    """The folder has no SavedModel, or an archive holds something else than files and folders."""


def build_archive(models: Path, out: Path) -> str:
    """Writes the archive to `out` and returns its sha256. Raises ArchiveError.

    TensorFlow Serving requires a numbered version folder. It is always 1: an archive holds one
    model, and each prediction has the model's version.
    """
    files = _read_files(models)
    out.parent.mkdir(parents=True, exist_ok=True)
    # Not compressed: weights shrink by only 7 %, and the bytes would depend on zlib's version.
    with (
        out.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=0, fileobj=raw, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, content in sorted(files.items()):
            # A new TarInfo has no time, owner or mode of this machine.
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return hashlib.sha256(out.read_bytes()).hexdigest()


def unpack_archive(archive: tarfile.TarFile, folder: Path) -> None:
    """Extracts the archive into `folder`. Raises ArchiveError before it writes anything where a
    member is a link or a device, or would lie outside the folder.
    """
    for member in archive.getmembers():
        target = (folder / member.name).resolve()
        is_inside = target.is_relative_to(folder.resolve())
        if not (is_inside and (member.isfile() or member.isdir())):
            raise ArchiveError(f"The archive holds {member.name}, which is no file of a model.")
    archive.extractall(folder, **_EXTRACTION_FILTER)  # type: ignore[arg-type]


def _read_files(models: Path) -> dict[str, bytes]:
    """Names in the archive, and their content. Each model is warmed up by the same requests."""
    folder = models / SAVED_MODEL
    if not (folder / "saved_model.pb").is_file():
        raise ArchiveError(f"There is no model to pack: {folder} holds no saved_model.pb.")
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {
        **{f"1/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in paths},
        f"1/{warm_up.FILE}": warm_up.build_requests(),
        f"code/{INFERENCE.name}": INFERENCE.read_bytes(),
    }


def main() -> int:
    """Builds one archive and prints its hash. Returns 1 where there is no model."""
    parser = argparse.ArgumentParser(prog="python -m sagemaker_inference.archive")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--out", type=Path, default=Path("build/model.tar.gz"))
    arguments = parser.parse_args()
    try:
        print(build_archive(arguments.models, arguments.out), arguments.out)
    except ArchiveError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
