"""Makes a data set of the films of a stage that doctors have reviewed, to train or test on.

`python -m training.collect dev --out DATA --base DATA2`; `--refresh` only takes films out again
that were deleted at the stage. The stage `local` is `make run` on this machine: first
`. .local/aws.env`.
"""

import argparse
from collections import Counter
from pathlib import Path

from collection.candidates import OpenReader
from collection.check import refresh
from collection.collect import Collection, Options, collect
from collection.description import describe_bias
from collection.stage_secret import DEFAULT_WITHHELD_SHARE
from contracts.labels import NoLabel
from release.stage_account import explain_aws_errors, find_stage
from training.command import run_command
from training.sources.data_set import EXCLUSIONS_FILE
from training.sources.errors import SourceError

_MAX_WITHHELD_SHARE = 0.5


def main() -> int:
    arguments = _parser().parse_args()
    return run_command(lambda: _run(arguments))


def _run(arguments: argparse.Namespace) -> None:
    account = find_stage(arguments.stage, region=arguments.region)
    out: Path = arguments.out
    if arguments.refresh:
        gone = refresh(account, out)
        print(f"{len(gone)} films were removed that {arguments.stage} no longer has or lends.")
        return
    options = Options(
        out=out,
        base=arguments.base,
        open_reader=OpenReader(arguments.open_reader),
        uses_unidentified=arguments.unidentified,
        withheld_share=arguments.withhold,
    )
    try:
        with explain_aws_errors():
            collection = collect(account, options)
    except OSError as error:
        raise SourceError(f"{error.filename or 'The snapshot'}: {error.strerror}.") from error
    _print_summary(collection, out)


def _print_summary(collection: Collection, out: Path) -> None:
    films, candidates = collection.films, collection.candidates
    patients = {film.patient for film in films}
    withheld = {film.patient for film in films if film.split == "test"}
    print(f"{len(films):,} films of {len(patients):,} patients, from {', '.join(candidates.sites)}")
    if candidates.refusing:
        print(f"not asked, as they lend no films: {', '.join(candidates.refusing)}")
    for source, count in sorted(Counter(film.label_source for film in films).items()):
        print(f"label by {source.replace('_', ' ')}: {count:,}")
    print(f"withheld for evaluation (test): {len(withheld):,} patients")
    data_set = collection.data_set
    reasons = Counter(each.reason for each in (*data_set.unusable, *data_set.leaks))
    for reason, count in reasons.most_common(10):
        print(f"left out, {count:,}: {reason}")
    print(f"without review: {candidates.skipped[NoLabel.NO_REVIEW]:,}")
    print(f"{out / EXCLUSIONS_FILE} lists the films that were reviewed and left out")
    print(describe_bias(films))
    print(f"The data set is in {out}: python -m training --data {out} --recipe ...")


def _parse_folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("name a folder for the data set")
    return Path(text)


def _parse_share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share <= _MAX_WITHHELD_SHARE:
        raise argparse.ArgumentTypeError(f"'{text}' is not above 0 and up to {_MAX_WITHHELD_SHARE}")
    return share


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.collect",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("stage", help="dev, prod, or local for `make run`")
    parser.add_argument(
        "--region", help="region of the stage (default: that of the AWS settings, else us-east-1)"
    )
    parser.add_argument("--out", type=_parse_folder, required=True, help="folder for the data set")
    parser.add_argument("--base", type=Path, help="a data set to which the films are added")
    parser.add_argument("--refresh", action="store_true", help="only take deleted films out")
    parser.add_argument(
        "--open-reader",
        choices=[each.value for each in OpenReader],
        default=OpenReader.TRAIN.value,
        help="films that one reader alone has labelled, who had seen the answer: to train on and "
        "not to test on (train, the default), for both (all), or left out (none)",
    )
    parser.add_argument(
        "--unidentified",
        action="store_true",
        help="use films whose file names no patient, each as one of a patient of its own",
    )
    parser.add_argument(
        "--withhold",
        type=_parse_share,
        metavar="SHARE",
        help="share of the patients for evaluation only, set once for a stage by its first "
        f"snapshot (default {DEFAULT_WITHHELD_SHARE:g})",
    )
    return parser
