"""Runs `training.prepare`, and reads what it has written."""

import csv
from pathlib import Path

from training import prepare
from training.data.manifest import FOLDER
from training.sources.data_set import EXCLUSIONS_FILE

# What a hospital states of its own films.
STATEMENT = ("--licence", "internal", "--credit", "St. Example", "--ages", "0-16")


def run_prepare(*options: str | Path) -> None:
    prepare.run([str(option) for option in options])


def read_manifest_rows(data: Path) -> list[dict[str, str]]:
    with (data / FOLDER / "manifest.csv").open(newline="") as lines:
        return list(csv.DictReader(lines))


def read_exclusions(data: Path) -> dict[str, str]:
    with (data / EXCLUSIONS_FILE).open(newline="") as lines:
        return {row["file"]: row["reason"] for row in csv.DictReader(lines)}
