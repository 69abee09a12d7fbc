"""Fits a site's slope and offset to its doctors' reviews: `make recalibrate SITE=...`.

`python -m local.cli.recalibrate SITE [--why TEXT] [--undo]`, with the data folder in
XRAY_LOCAL_DIR.
"""

import argparse
import sys

from local.aws.clients import build_client
from local.cli.site_command import OPERATOR, confirm, run_command
from local.running_resources import read_resources
from local.settings import Settings
from recalibration.command import recalibrate, undo
from recalibration.target import RecalibrationError, Target


def main() -> int:
    arguments = _parser().parse_args()
    return run_command(lambda settings: _run(settings, arguments), refusal=RecalibrationError)


def _run(settings: Settings, arguments: argparse.Namespace) -> str:
    resources = read_resources(settings)
    target = Target(
        s3=build_client("s3", settings.aws_url),
        facts_bucket=resources.facts_bucket,
        images_bucket=resources.images_bucket,
        models_bucket=resources.models_bucket,
        by=OPERATOR,
    )
    if arguments.undo:
        return undo(target, arguments.site, confirm=confirm)
    return recalibrate(target, arguments.site, why=arguments.why, confirm=confirm)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.cli.recalibrate", description=__doc__)
    parser.add_argument("site", help="such as siteNorth")
    parser.add_argument("--why", default="", help="who approves it and why")
    parser.add_argument("--undo", action="store_true", help="undo the last change of the settings")
    return parser


if __name__ == "__main__":
    sys.exit(main())
