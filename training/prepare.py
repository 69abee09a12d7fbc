"""Make a data set of a public source: `python -m training.prepare mendeley --out DATA`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from training.data.manifest import FOLDER
from training.errors import TrainingError
from training.sources.data_set import LEFT_OUT, DataSet, write_data_set
from training.sources.dicom_folder import list_labelled_images, patient_key
from training.sources.download import check_sha256
from training.sources.errors import SourceError
from training.sources.kermany_layout import list_public_images
from training.sources.mendeley import fetch_archive
from training.sources.source_files import entries
from training.sources.source_image import LABELS, SPLITS

# More lines than this are read better in the file.
_SHOWN = 20


def main() -> int:
    """Make the data set and say what it holds; status 2 and a sentence when it cannot be made."""
    try:
        run(sys.argv[1:])
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename or 'The data set'}: {error.strerror}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. The same command goes on where this one ended.", file=sys.stderr)
        return 130
    return 0


def run(words: Sequence[str]) -> None:
    """The command without its edge. Raises TrainingError, OSError."""
    arguments = _parser().parse_args(words)
    data_set: DataSet = arguments.make(arguments)
    _tell(data_set, arguments.out)


def _mendeley(arguments: argparse.Namespace) -> DataSet:
    archive = arguments.archive or fetch_archive(arguments.out)
    if arguments.sha256:
        check_sha256(archive, arguments.sha256)
    return _public(archive, arguments.out, source="mendeley")


def _kaggle(arguments: argparse.Namespace) -> DataSet:
    return _public(arguments.folder, arguments.out, source="kaggle")


def _public(root: Path, out: Path, *, source: str) -> DataSet:
    _check_apart(root, out)
    with entries(root) as found:
        pictures, exclusions = list_public_images(found)
        return write_data_set(pictures, exclusions, out, source=source)


def _dicom(arguments: argparse.Namespace) -> DataSet:
    _check_apart(arguments.folder, arguments.out)
    pictures, exclusions = list_labelled_images(
        arguments.folder, arguments.labels, key=patient_key(arguments.out)
    )
    return write_data_set(pictures, exclusions, arguments.out, source="dicom")


def _check_apart(source: Path, out: Path) -> None:
    """Else the next run would take the data set for a part of the source."""
    if out.resolve().is_relative_to(source.resolve()):
        raise SourceError(f"{out} lies in {source}. Give a folder outside of it with --out.")


def _tell(data_set: DataSet, out: Path) -> None:
    for split in SPLITS:
        counts = [f"{data_set.counts[split, label]:,} {label}" for label in LABELS]
        print(f"{split}: {', '.join(counts)}")
    for left in data_set.unusable[:_SHOWN]:
        print(f"left out: {left.source}: {left.reason}")
    if len(data_set.unusable) > _SHOWN:
        print(f"left out: {len(data_set.unusable) - _SHOWN:,} more files")
    if data_set.leaks:
        print(f"left out of train and val, for a patient in test: {len(data_set.leaks):,} pictures")
    if data_set.unusable or data_set.leaks:
        print(f"{out / LEFT_OUT} lists all that was left out, with the reason")
    if not any(data_set.counts["test", label] for label in LABELS):
        print(
            "There is no test part, and training needs one to report on. In a label file, the "
            "column split says which pictures are of it."
        )
    print(f"The data set is in {out / FOLDER}: python -m training --data {out} --recipe ...")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.prepare", description=__doc__)
    sources = parser.add_subparsers(required=True, metavar="SOURCE")
    mendeley = sources.add_parser(
        "mendeley", help="the public paediatric set from Mendeley Data (rscbjbr9sj, version 2)"
    )
    mendeley.add_argument("--archive", type=Path, help="the ZIP, where it is downloaded already")
    mendeley.add_argument("--sha256", help="what the hash of --archive should be")
    mendeley.set_defaults(make=_mendeley)
    kaggle = sources.add_parser("kaggle", help="the same set as Kaggle lays it out")
    kaggle.add_argument("folder", type=Path, help="the folder with chest_xray in it, or the ZIP")
    kaggle.set_defaults(make=_kaggle)
    dicom = sources.add_parser("dicom", help="a folder of DICOM files with a label file")
    dicom.add_argument("folder", type=Path)
    dicom.add_argument(
        "--labels",
        type=Path,
        required=True,
        help="CSV with the columns file and label (NORMAL, PNEUMONIA), and where they are known "
        "patient, subtype and split (train, val, test)",
    )
    dicom.set_defaults(make=_dicom)
    for source in (mendeley, kaggle, dicom):
        source.add_argument("--out", type=Path, required=True, help="folder for the data set")
    return parser


if __name__ == "__main__":
    sys.exit(main())
