"""Fits a site's slope and offset to its doctors' reviews: `make recalibrate SITE=...`.

`python -m local.cli.recalibrate SITE [--why TEXT] [--undo]`, with the data folder in
XRAY_LOCAL_DIR.
"""

import argparse
import os
import sys
from collections.abc import Callable

from local.aws.clients import build_client
from local.errors import LocalError
from local.running_resources import read_resources
from local.settings import from_environment
from recalibration.command import recalibrate, undo
from recalibration.target import RecalibrationError, Target

# In AWS, the id of the operator's credentials stands here.
_BY = "operator"


def main() -> int:
    """Returns 0 once a version is stored, 1 otherwise, and 2 for a wrong setting."""
    arguments = _parser().parse_args()
    is_confirmed = bool(os.environ.get("YES"))
    try:
        settings = from_environment(os.environ)
        resources = read_resources(settings)
        target = Target(
            s3=build_client("s3", settings.aws_url),
            facts_bucket=resources.facts_bucket,
            images_bucket=resources.images_bucket,
            models_bucket=resources.models_bucket,
            by=_BY,
        )
        print(_run(target, arguments, confirm=lambda text: is_confirmed or ask(text)))
    except LocalError as error:
        print(error, file=sys.stderr)
        return 2
    except RecalibrationError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(target: Target, arguments: argparse.Namespace, *, confirm: Callable[[str], bool]) -> str:
    if arguments.undo:
        return undo(target, arguments.site, confirm=confirm)
    return recalibrate(target, arguments.site, why=arguments.why, confirm=confirm)


def ask(text: str) -> bool:
    """Without a terminal nobody says yes, and the command says that nothing was stored."""
    try:
        return input(text) == "yes"
    except EOFError:
        return False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.cli.recalibrate", description=__doc__)
    parser.add_argument("site", help="such as siteNorth")
    parser.add_argument("--why", default="", help="who approves it and why")
    parser.add_argument("--undo", action="store_true", help="undo the last change of the settings")
    return parser


if __name__ == "__main__":
    sys.exit(main())
