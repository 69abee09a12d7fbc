"""Makes a data set, or a backbone: `python -m training.prepare mendeley --out DATA`."""

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

from training.command import run_command
from training.data.manifest import FOLDER
from training.quiet_tensorflow import quiet_tensorflow
from training.recipes import DEFAULT
from training.sources.data_set import EXCLUSIONS_FILE, DataSet, write_data_set
from training.sources.dicom_folder import list_labelled_images, read_or_create_key
from training.sources.download import check_sha256
from training.sources.errors import SourceError
from training.sources.imagenet_weights import check_published
from training.sources.kermany_layout import list_public_images
from training.sources.mendeley import fetch_archive
from training.sources.own_description import add_description_options, describe_own_films
from training.sources.source_files import open_source
from training.sources.source_image import LABELS, SPLITS
from training.sources.split_rule import AssignSplit, assign_by_patient, assign_by_study_date

# A longer list is easier to read in the file.
_MAX_PRINTED = 20


def main() -> int:
    """Returns 0, or 2 with a sentence on stderr if there is no data set."""
    return run_command(lambda: run(sys.argv[1:]))


def run(options: Sequence[str]) -> None:
    """Runs the command without `main`'s error handling. Raises TrainingError."""
    arguments = _parser().parse_args(options)
    try:
        arguments.prepare(arguments)
    except OSError as error:
        raise SourceError(f"{error.filename or 'The data set'}: {error.strerror}.") from error


def _prepare_weights(arguments: argparse.Namespace) -> None:
    check_published(arguments.keras_file, sha256=arguments.sha256)
    quiet_tensorflow()
    from training.model.imagenet_stages import build_imagenet_stages

    path = arguments.out / str(DEFAULT.backbone)
    path.parent.mkdir(parents=True, exist_ok=True)
    build_imagenet_stages(arguments.keras_file).save(path)
    print(f"The weights are in {path}: python -m training --data {arguments.out} --recipe default")


def _prepare_mendeley(arguments: argparse.Namespace) -> None:
    archive = arguments.archive or fetch_archive(arguments.out)
    if arguments.sha256:
        check_sha256(archive, arguments.sha256)
    _prepare_public(archive, arguments.out, source="mendeley")


def _prepare_kaggle(arguments: argparse.Namespace) -> None:
    _prepare_public(arguments.folder, arguments.out, source="kaggle")


def _prepare_public(root: Path, out: Path, *, source: str) -> None:
    _check_out(root, out)
    with open_source(root) as files:
        images, exclusions = list_public_images(files)
        _print_summary(write_data_set(images, exclusions, out, source=source), out)


def _prepare_dicom(arguments: argparse.Namespace) -> None:
    _check_out(arguments.folder, arguments.out)
    description = describe_own_films(arguments, arguments.out)
    images, exclusions = list_labelled_images(
        arguments.folder,
        arguments.labels,
        key=read_or_create_key(arguments.out),
        assign_split=arguments.test_share or arguments.test_from,
    )
    data_set = write_data_set(
        images, exclusions, arguments.out, source="dicom", description=description
    )
    _print_summary(data_set, arguments.out)


def _check_out(source: Path, out: Path) -> None:
    """Refuses an output inside the source, which the next run would read as a part of it."""
    if out.resolve().is_relative_to(source.resolve()):
        raise SourceError(f"{out} lies in {source}. Give a folder outside of it with --out.")


def _print_summary(data_set: DataSet, out: Path) -> None:
    for split in SPLITS:
        counts = [f"{data_set.counts[split, label]:,} {label}" for label in LABELS]
        print(f"{split}: {', '.join(counts)}")
    for exclusion in data_set.unusable[:_MAX_PRINTED]:
        print(f"left out: {exclusion.source}: {exclusion.reason}")
    if len(data_set.unusable) > _MAX_PRINTED:
        print(f"left out: {len(data_set.unusable) - _MAX_PRINTED:,} more files")
    if data_set.leaks:
        print(f"left out of train and val, for a patient in test: {len(data_set.leaks):,} images")
    if data_set.unusable or data_set.leaks:
        print(f"{out / EXCLUSIONS_FILE} lists all that was left out, with the reason")
    _print_test_set(data_set)
    _print_learning_set(data_set)
    print(f"The data set is in {out / FOLDER}: python -m training --data {out} --recipe default")


def _print_test_set(data_set: DataSet) -> None:
    missing = [label for label in LABELS if not data_set.counts["test", label]]
    if missing == list(LABELS):
        print(
            "There is no test set, and training needs one to report on: give --test-share 0.2 or "
            "--test-from DATE, or a column split in the label file."
        )
    elif missing:
        print(
            f"The test set has no image with the label {missing[0]}, and training needs both. "
            "Give a larger --test-share, an earlier --test-from or more images."
        )


def _print_learning_set(data_set: DataSet) -> None:
    if not any(data_set.counts[split, label] for split in ("train", "val") for label in LABELS):
        print(
            "Nothing is left to train on: the patient of each other image, or nearly the same "
            "image, is in the test set."
        )


def _parse_share(text: str) -> AssignSplit:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no share between 0 and 1, such as 0.2")
    return assign_by_patient(share)


def _parse_date(text: str) -> AssignSplit:
    try:
        return assign_by_study_date(dt.date.fromisoformat(text))
    except ValueError as error:
        message = f"'{text}' is no date, such as 2026-01-31"
        raise argparse.ArgumentTypeError(message) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.prepare", description=__doc__)
    sources = parser.add_subparsers(required=True, metavar="SOURCE")
    mendeley = sources.add_parser(
        "mendeley", help="the public paediatric set from Mendeley Data (rscbjbr9sj, version 2)"
    )
    mendeley.add_argument("--archive", type=Path, help="the ZIP, if it is downloaded already")
    mendeley.add_argument("--sha256", help="the expected hash of --archive")
    mendeley.set_defaults(prepare=_prepare_mendeley)
    kaggle = sources.add_parser("kaggle", help="the same set in Kaggle's layout")
    kaggle.add_argument("folder", type=Path, help="the folder with chest_xray in it, or the ZIP")
    kaggle.set_defaults(prepare=_prepare_kaggle)
    dicom = sources.add_parser("dicom", help="a folder of DICOM files with a label file")
    dicom.add_argument("folder", type=Path, help="the folder of the files")
    dicom.add_argument(
        "--labels",
        type=Path,
        required=True,
        help="CSV with the columns file and label (NORMAL, PNEUMONIA), and optionally patient, "
        "subtype and split (train, val, test)",
    )
    rule = dicom.add_mutually_exclusive_group()
    rule.add_argument(
        "--test-share",
        type=_parse_share,
        metavar="SHARE",
        help="share of the patients for the test set, by a keyed hash of the patient, such as 0.2; "
        "a patient stays there when you prepare more files",
    )
    rule.add_argument(
        "--test-from",
        type=_parse_date,
        metavar="DATE",
        help="first study date of the test set, such as 2026-01-31; earlier studies of the same "
        "patients are left out",
    )
    add_description_options(dicom)
    dicom.set_defaults(prepare=_prepare_dicom)
    weights = sources.add_parser(
        "weights", help="the backbone's first weights, from ImageNet weights that Keras publishes"
    )
    weights.add_argument(
        "--keras-file",
        type=Path,
        required=True,
        metavar="FILE",
        help="resnet50v2_weights_tf_dim_ordering_tf_kernels_notop.h5",
    )
    weights.add_argument("--sha256", help="its expected hash (default: the MD5 that Keras names)")
    weights.set_defaults(prepare=_prepare_weights)
    for source in (mendeley, kaggle, dicom, weights):
        source.add_argument("--out", type=Path, required=True, help="folder for the data set")
    return parser


if __name__ == "__main__":
    sys.exit(main())
