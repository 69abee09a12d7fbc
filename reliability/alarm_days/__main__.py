"""Prints the table of docs/reliability.md: how soon each fault rings, and what rings falsely."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from deploy.templates import EXAMPLE_SETTINGS, synthesise
from reliability.alarm_days.evaluation import (
    DAYS,
    FEW_RADIOGRAPHS,
    RADIOGRAPHS_A_DAY,
    Alarm,
    Ring,
    find_false_rings,
    find_rings,
    select_alarms,
)
from reliability.alarm_days.faults import Fault


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        synthesis = synthesise("prod", Path(folder), defaults=EXAMPLE_SETTINGS)
        alarms = select_alarms(synthesis.properties("AWS::CloudWatch::Alarm"))
    print("\n".join(build_table(alarms)))


def build_table(alarms: Mapping[str, Alarm]) -> Iterator[str]:
    """The lines of the table, in Markdown."""
    volumes = RADIOGRAPHS_A_DAY
    yield "| X-rays a day | " + " | ".join(map(str, volumes)) + " |"
    yield "|---" * (len(volumes) + 1) + "|"
    for fault in Fault:
        cells = [_describe(list(find_rings(alarms, volume, fault)), volume) for volume in volumes]
        yield f"| `{fault}` | " + " | ".join(cells) + " |"
    for name, has_promotion in (("a normal day", False), ("a promotion", True)):
        cells = [_count_silent(alarms, volume, has_promotion) for volume in volumes]
        yield f"| {name} | " + " | ".join(cells) + " |"


def _describe(rings: list[Ring], volume: int) -> str:
    in_time = sum(ring.is_in_time(volume) for ring in rings)
    if volume < FEW_RADIOGRAPHS:
        counts = [ring.radiographs for ring in rings]
        return f"{in_time} of {DAYS}: {median(counts):.0f}, at most {max(counts):.0f} X-rays"
    minutes = [ring.seconds / 60 for ring in rings]
    return f"{in_time} of {DAYS}: {median(minutes):.0f}, at most {max(minutes):.0f} min"


def _count_silent(alarms: Mapping[str, Alarm], volume: int, has_promotion: bool) -> str:
    days = find_false_rings(alarms, volume, has_promotion=has_promotion)
    return f"silent {sum(not names for names in days)} of {DAYS}"


if __name__ == "__main__":
    main()
