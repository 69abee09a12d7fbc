"""Writes the table of costs in docs/deploy.md: `python -m deploy.cost_table`."""

import argparse
import json
import os
import re
import sys
import textwrap
from collections.abc import Mapping

from bundles.function_definitions import SCREENING_FUNCTION
from deploy.costs import Templates, estimate
from deploy.errors import DeployError
from deploy.prices import count_from_list, find_price
from deploy.templates import EXAMPLE_SETTINGS, ROOT, synthesise
from deploy.traffic import DAYS

PAGE = ROOT / "docs" / "deploy.md"
RADIOGRAPHS_A_DAY = (100, 1_000, 10_000, 100_000)
# Each row's stage and the setting in which it differs from the stage's defaults.
ROWS = {
    "prod, `endpoint` gpu": ("prod", "endpoint", "gpu"),
    "prod, `endpoint` none": ("prod", "endpoint", "none"),
    "dev, `training` true": ("dev", "training", "true"),
    "dev, `training` false": ("dev", "training", "false"),
}
# The CPU model takes a second or two longer for an X-ray: the larger saving.
_SAVED_SECONDS = 2.0

_START, _END = "<!-- costs -->", "<!-- end of costs -->"


def main() -> int:
    _parser().parse_args()
    try:
        stages = {row: _synthesise(*settings) for row, settings in ROWS.items()}
        table = f"{_START}\n{build_table(stages)}\n{_END}"
    except DeployError as error:
        print(error, file=sys.stderr)
        return 2
    page = re.sub(f"{_START}.*{_END}", lambda _: table, PAGE.read_text(), flags=re.DOTALL)
    PAGE.write_text(page)
    return 0


def build_table(stages: Mapping[str, Templates]) -> str:
    """One row for each of `stages`, under its name; one column for each number of X-rays a day."""
    heads = [f"{n:,} a day" for n in RADIOGRAPHS_A_DAY]
    lines = [f"| US dollars a month | {' | '.join(heads)} |", f"|---|{'---:|' * len(heads)}"]
    for name, templates in stages.items():
        estimates = [estimate(templates, radiographs_a_day=n) for n in RADIOGRAPHS_A_DAY]
        cells = [f"{each.dollars:,.0f} ({each.unverified_share:.0%})" for each in estimates]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", _describe_sources(), "", _describe_endpoint(stages)])


def _describe_sources() -> str:
    listed, total = count_from_list()
    return f"{listed} of {total} prices are from AWS's own price list (`make prices`)."


def _describe_endpoint(stages: Mapping[str, Templates]) -> str:
    """What the endpoint costs for an X-ray, and from which number on the time of the function that
    it saves is worth as much. `stages` begin with that stage, and the same without it.
    """
    with_endpoint, without = (
        estimate(templates, radiographs_a_day=1_000) for templates in list(stages.values())[:2]
    )
    dollars = with_endpoint.dollars - without.dollars
    gigabytes = SCREENING_FUNCTION.memory_megabytes / 1024
    saved = _SAVED_SECONDS * gigabytes * find_price("lambda_gigabyte_second").amount
    break_even = dollars / saved / DAYS
    cents = [f"{100 * dollars / n / DAYS:.2g}" for n in RADIOGRAPHS_A_DAY]
    text = (
        f"The endpoint costs {dollars:,.0f} dollars a month, {dollars / with_endpoint.dollars:.0%} "
        "of the sum at 1,000 X-rays a day, and saves a second or two of each answer. For one X-ray "
        f"that is {', '.join(cents[:-1])} and {cents[-1]} cents in the columns of the table. The "
        f"{_SAVED_SECONDS:g} seconds of the function that it saves pay for it from "
        f"about {round(break_even, -4):,.0f} X-rays a day on."
    )
    return "\n".join(textwrap.wrap(text, 100))


def read_table() -> str:
    """The table in the page."""
    return PAGE.read_text().split(_START)[1].split(_END)[0].strip()


def _synthesise(stage: str, setting: str, value: str) -> Templates:
    os.environ["CDK_CONTEXT_JSON"] = json.dumps({setting: value})
    folder = ROOT / "build" / "cdk" / f"{stage}-{setting}-{value}"
    return synthesise(stage, folder, defaults=EXAMPLE_SETTINGS).templates


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog="python -m deploy.cost_table", description=__doc__)


if __name__ == "__main__":
    sys.exit(main())
