"""Runs the commands of a data scientist, as processes of their own."""

import subprocess
import sys
from pathlib import Path

from local.settings import ROOT
from reliability.half_year.account import STAGE


class CommandError(Exception):
    """A command failed that should have worked; the message has its last lines."""


def run_command(module: str, *arguments: str | Path, may_refuse: bool = False) -> tuple[int, str]:
    """The exit status and the output of `python -m training.MODULE ...`.

    Raises CommandError for another status than 0, and with `may_refuse` for another than 0 and 1.
    """
    command = [sys.executable, "-m", module, *map(str, arguments)]
    result = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if result.returncode not in ((0, 1) if may_refuse else (0,)):
        lines = "\n".join(result.stdout.splitlines()[-20:])
        raise CommandError(f"{' '.join(command[1:])}: status {result.returncode}\n{lines}")
    return result.returncode, result.stdout


def train_head(data: Path, out: Path, *, cache: Path, warm_start: Path | None = None) -> None:
    """A new last layer on the features of `warm_start`, or on those of ImageNet."""
    start = ("--warm-start", warm_start) if warm_start else ()
    options = ("--recipe", "head", "--data", data, "--out", out, "--cache", cache)
    run_command("training", *options, *start)


def promote(version: str, *options: str) -> None:
    run_command("training.promote", version, "--stage", STAGE, *options)
