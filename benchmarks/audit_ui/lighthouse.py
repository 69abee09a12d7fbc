"""Runs Lighthouse on one page, with simulated throttling, as a phone or as a desktop."""

import json
import os
import statistics
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from local.cli.browser import find_browser
from local.npm.program import LIGHTHOUSE, node

CATEGORIES = ("performance", "accessibility", "best-practices")
_TIMEOUT_SECONDS = 300
# On a busy machine a run may miss the start of the load, and asks to be repeated.
_TRIES = 3
_FLAGS = "--headless=new --no-sandbox --disable-dev-shm-usage"


class LighthouseError(Exception):
    """Lighthouse gave no report; the message is its output."""


@dataclass(frozen=True, kw_only=True)
class LighthouseResult:
    """`scores` are the medians of each category, 0 to 100; `audits` names what costs points.

    `benchmark_index` is Lighthouse's measure of the speed of this machine: 1,000 to 2,000 for a
    laptop; where other work slows the machine, it is lower, and so is the performance.
    """

    scores: Mapping[str, int]
    audits: tuple[str, ...]
    benchmark_index: int


def measure_page(
    url: str, *, headers: Mapping[str, str], is_desktop: bool, runs: int
) -> LighthouseResult:
    """Raises LighthouseError."""
    reports = [_run_again(url, headers=headers, is_desktop=is_desktop) for _ in range(runs)]
    return LighthouseResult(
        scores={
            name: round(
                100
                * statistics.median(report["categories"][name]["score"] or 0 for report in reports)
            )
            for name in CATEGORIES
        },
        audits=tuple(sorted({audit for report in reports for audit in _list_failures(report)})),
        benchmark_index=round(
            statistics.median(report["environment"]["benchmarkIndex"] for report in reports)
        ),
    )


def _run_again(url: str, *, headers: Mapping[str, str], is_desktop: bool) -> dict[str, Any]:
    """The report of the first of three runs that gives one. Raises LighthouseError."""
    for _ in range(_TRIES - 1):
        try:
            return _run(url, headers=headers, is_desktop=is_desktop)
        except (LighthouseError, subprocess.TimeoutExpired):
            continue
    return _run(url, headers=headers, is_desktop=is_desktop)


def _run(url: str, *, headers: Mapping[str, str], is_desktop: bool) -> dict[str, Any]:
    """Returns the report of one run with a new browser."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(dict(headers), file)
        file.flush()
        command = [
            str(node()),
            str(LIGHTHOUSE.package / "cli" / "index.js"),
            url,
            "--output=json",
            "--quiet",
            "--no-enable-error-reporting",
            f"--only-categories={','.join(CATEGORIES)}",
            f"--chrome-flags={_FLAGS}",
            f"--extra-headers={file.name}",
            *(["--preset=desktop"] if is_desktop else []),
        ]
        environment = {**os.environ, "CHROME_PATH": _browser_path()}
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS
        )
    if result.returncode:
        raise LighthouseError(result.stderr.strip())
    report: dict[str, Any] = json.loads(result.stdout)
    return report


@cache
def _browser_path() -> str:
    return str(find_browser())


def _list_failures(report: Mapping[str, Any]) -> list[str]:
    """The audits that lower a score by a tenth and more of their weight."""
    return [
        reference["id"]
        for name in CATEGORIES
        for reference in report["categories"][name]["auditRefs"]
        if reference["weight"] > 0
        and (score := report["audits"][reference["id"]]["score"]) is not None
        and score < 0.9
    ]
