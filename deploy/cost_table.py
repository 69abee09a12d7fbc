"""The table of costs in docs/deploy.md: `python -m deploy.cost_table` writes it anew."""

import os
import re
import sys
from collections.abc import Mapping

from deploy.costs import Templates, estimate
from deploy.templates import ROOT, synthesise

PAGE = ROOT / "docs" / "deploy.md"
RADIOGRAPHS_A_DAY = (100, 1_000, 10_000, 100_000)

_BEGINS, _ENDS = "<!-- costs -->", "<!-- end of costs -->"


def table(stages: Mapping[str, Templates]) -> str:
    """Rows are `stages`, by the name that stands before them; columns X-rays a day."""
    heads = [f"{n:,} a day" for n in RADIOGRAPHS_A_DAY]
    lines = [f"| US dollars a month | {' | '.join(heads)} |", f"|---|{'---:|' * len(heads)}"]
    for name, templates in stages.items():
        made = [estimate(templates, radiographs_a_day=n) for n in RADIOGRAPHS_A_DAY]
        cells = [f"{each.dollars:,.0f} ({each.unverified_share:.0%})" for each in made]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def written() -> str:
    """The table as it stands in the page."""
    return PAGE.read_text().split(_BEGINS)[1].split(_ENDS)[0].strip()


def main() -> int:
    stages = {
        "prod, `endpoint` gpu": _prod(endpoint="gpu"),
        "prod, `endpoint` none": _prod(endpoint="none"),
    }
    marked = f"{_BEGINS}\n{table(stages)}\n{_ENDS}"
    page = re.sub(f"{_BEGINS}.*{_ENDS}", marked, PAGE.read_text(), flags=re.DOTALL)
    PAGE.write_text(page)
    return 0


def _prod(*, endpoint: str) -> Templates:
    os.environ["CDK_CONTEXT_JSON"] = f'{{"endpoint": "{endpoint}"}}'
    return synthesise("prod", ROOT / "build" / "cdk" / f"prod-{endpoint}").templates


if __name__ == "__main__":
    sys.exit(main())
