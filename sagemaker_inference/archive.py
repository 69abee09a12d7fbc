"""The endpoint's model.tar.gz from a released models folder: the same inputs give the same bytes.

`python -m sagemaker_inference.archive --models models --out build/model.tar.gz`
"""

import argparse
import gzip
import hashlib
import io
import sys
import tarfile
from pathlib import Path

SAVED_MODEL = "saved_model"
INFERENCE = Path(__file__).with_name("inference.py")


# Python 3.11.4 brought it; Debian 12 has 3.11.2.
_FILTER = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


class ArchiveError(Exception):
    """The models folder holds no SavedModel, or an archive more than files."""


def build_archive(models: Path, out: Path) -> str:
    """Write the archive to `out` and return its sha256.

    TensorFlow Serving wants a numbered version folder. It is always 1: one archive holds one
    model, and which one it is stands in its predictions as `model_version`.
    """
    files = _contents(models)
    out.parent.mkdir(parents=True, exist_ok=True)
    # Level 0 stores: weights shrink by 7 % only, and the bytes do not depend on zlib's version.
    with (
        out.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=0, fileobj=raw, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, path in sorted(files.items()):
            content = path.read_bytes()
            # A new TarInfo carries no time, owner or mode of the machine that packs.
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return hashlib.sha256(out.read_bytes()).hexdigest()


def unpack_archive(archive: tarfile.TarFile, folder: Path) -> None:
    """Its files below `folder`. Raises ArchiveError where it holds anything that is not one."""
    for member in archive.getmembers():
        place = (folder / member.name).resolve()
        below = place.is_relative_to(folder.resolve())
        if not (below and (member.isfile() or member.isdir())):
            raise ArchiveError(f"The archive holds {member.name}, which is no file of a model.")
    archive.extractall(folder, **_FILTER)  # type: ignore[arg-type]


def _contents(models: Path) -> dict[str, Path]:
    folder = models / SAVED_MODEL
    if not (folder / "saved_model.pb").is_file():
        raise ArchiveError(f"There is no model to pack: {folder} holds no saved_model.pb.")
    weights = (path for path in folder.rglob("*") if path.is_file())
    served = {f"1/{path.relative_to(folder).as_posix()}": path for path in weights}
    return {**served, f"code/{INFERENCE.name}": INFERENCE}


def main() -> int:
    """Build one archive and print its hash; 1 when there is no model."""
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
