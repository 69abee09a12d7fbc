"""Imports outcomes into the running system: `make outcomes SITE=... FILE=outcomes.csv`.

`python -m local.cli.outcomes SITE FILE`, with the data folder in XRAY_LOCAL_DIR.
"""

import argparse
import sys
from pathlib import Path

from bundles.function_definitions import REFILL_CACHE_FUNCTION
from local.aws.clients import build_client
from local.cli.function_call import call_function
from local.cli.site_command import OPERATOR, confirm, run_command
from local.running_resources import read_resources
from local.settings import Settings
from outcomes.command import Target, import_outcomes
from outcomes.table import OutcomesError


def main() -> int:
    arguments = _parser().parse_args()
    return run_command(lambda settings: _import(settings, arguments), refusal=OutcomesError)


def _import(settings: Settings, arguments: argparse.Namespace) -> str:
    resources = read_resources(settings)
    s3 = build_client("s3", settings.aws_url)
    return import_outcomes(
        Target(s3=s3, facts_bucket=resources.facts_bucket, by=OPERATOR),
        arguments.site,
        arguments.file,
        confirm=confirm,
        refill=lambda: _refill(settings, arguments.site),
    )


def _refill(settings: Settings, site: str) -> None:
    """As each night in AWS: it reads anew what Redis holds without its last fact."""
    event = {"site": site, "missing_only": True}
    failure = "The outcomes are stored, but the overview does not count them. Run it again."
    call_function(settings, REFILL_CACHE_FUNCTION, event, failure=failure)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.cli.outcomes", description=__doc__)
    parser.add_argument("site", help="such as siteNorth")
    parser.add_argument("file", type=Path, help="a table, such as outcomes.csv")
    return parser


if __name__ == "__main__":
    sys.exit(main())
