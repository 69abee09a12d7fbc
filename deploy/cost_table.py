"""Writes the table of costs in docs/deploy.md: `python -m deploy.cost_table`."""

import argparse
import os
import re
import sys
from collections.abc import Mapping

from deploy.costs import Templates, estimate
from deploy.errors import DeployError
from deploy.templates import EXAMPLE_SETTINGS, ROOT, synthesise

PAGE = ROOT / "docs" / "deploy.md"
RADIOGRAPHS_A_DAY = (100, 1_000, 10_000, 100_000)

_START, _END = "<!-- costs -->", "<!-- end of costs -->"


def main() -> int:
    _parser().parse_args()
    try:
        stages = {f"prod, `endpoint` {value}": _synthesise_prod(value) for value in ("gpu", "none")}
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


def _synthesise_prod(endpoint: str) -> Templates:
    os.environ["CDK_CONTEXT_JSON"] = f'{{"endpoint": "{endpoint}"}}'
    folder = ROOT / "build" / "cdk" / f"prod-{endpoint}"
    return synthesise("prod", folder, defaults=EXAMPLE_SETTINGS).templates


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog="python -m deploy.cost_table", description=__doc__)


if __name__ == "__main__":
    sys.exit(main())
