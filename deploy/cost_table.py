"""Writes the table of costs in docs/deploy.md: `python -m deploy.cost_table`."""

import argparse
import json
import os
import re
import sys
from collections.abc import Mapping

from deploy.costs import Templates, estimate
from deploy.errors import DeployError
from deploy.templates import EXAMPLE_SETTINGS, ROOT, synthesise

PAGE = ROOT / "docs" / "deploy.md"
RADIOGRAPHS_A_DAY = (100, 1_000, 10_000, 100_000)
# Each row's stage and the setting in which it differs from the stage's defaults.
ROWS = {
    "prod, `endpoint` gpu": ("prod", "endpoint", "gpu"),
    "prod, `endpoint` none": ("prod", "endpoint", "none"),
    "dev, `training` true": ("dev", "training", "true"),
    "dev, `training` false": ("dev", "training", "false"),
}

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
    return "\n".join(lines)


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
