"""Audits each page with axe-core and Lighthouse: `python -m benchmarks.audit_ui [--runs N]`.

Starts a system of its own. The last line has the number of violations that axe-core finds and the
lowest score of each category of Lighthouse, each the median of N runs.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.audit_ui.axe import find_violations
from benchmarks.audit_ui.lighthouse import LighthouseError, measure_page
from benchmarks.audit_ui.states import PageState, list_states, upload_films
from local.cli.browser import find_browser
from local.errors import PrepareError
from local.install_once import install_lock
from local.npm.program import LIGHTHOUSE, install
from reliability.page_session import log_in
from reliability.running_system import RunningSystem, SystemStartError, start_system

# The lowest scores of Lighthouse that are allowed.
_BARS = {"performance": 90, "accessibility": 100, "best-practices": 95}
_OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]


def main() -> int:
    """Returns 0 if all bars are reached, 1 if not, 2 if something did not start."""
    arguments = _parser().parse_args()
    try:
        with install_lock():
            if not LIGHTHOUSE.is_installed:
                install(LIGHTHOUSE)
        with tempfile.TemporaryDirectory(prefix="xray-audit-") as folder:
            system = start_system(Path(folder))
            try:
                return run(system, only=arguments.only, runs=arguments.runs)
            finally:
                system.stop()
    except (PrepareError, SystemStartError, LighthouseError) as error:
        print(error, file=sys.stderr)
        return 2


def run(system: RunningSystem, *, only: str, runs: int) -> int:
    """Audits the states whose names contain `only`; returns 1 if a bar is missed."""
    states = [state for state in list_states(upload_films(system)) if only in state.name]
    violations = _run_axe(system, states)
    scores = _run_lighthouse(system, states, runs=runs)
    names = " ".join(
        f"{name.rpartition('-')[2].removesuffix('s')} {scores[name]}" for name in _BARS
    )
    print(f"axe {violations} {names}")
    return int(violations > 0 or any(scores[name] < bar for name, bar in _BARS.items()))


def _run_axe(system: RunningSystem, states: list[PageState]) -> int:
    count = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=_OPTIONS)
        for state in states:
            violations = find_violations(browser, system, state)
            count += len(violations)
            print(f"{state.name}: {len(violations)} violations of axe-core", flush=True)
            for violation, place in violations.items():
                print(f"  {violation.rule}: {violation.target} ({place})")
        browser.close()
    return count


def _run_lighthouse(
    system: RunningSystem, states: list[PageState], *, runs: int
) -> Mapping[str, int]:
    """Returns the lowest score of each category; prints those of each page."""
    lowest = dict.fromkeys(_BARS, 100)
    _print_row(f"Lighthouse, median of {runs}", *_BARS, "benchmark index")
    for state in states:
        if state.act or state.is_error:
            continue
        for is_desktop in (False, True):
            result = measure_page(
                f"{system.url}{state.path}",
                headers=log_in(system.url, state.email).headers() if state.email else {},
                is_desktop=is_desktop,
                runs=runs,
            )
            lowest = {name: min(lowest[name], result.scores[name]) for name in _BARS}
            name = f"{state.name}, {'desktop' if is_desktop else 'mobile'}"
            _print_row(name, *result.scores.values(), result.benchmark_index)
            if result.audits:
                print(f"  {' '.join(result.audits)}")
    return lowest


def _print_row(name: str, *columns: object) -> None:
    print(f"{name:32}" + "".join(f"{column:>16}" for column in columns), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audit_ui", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="of Lighthouse on each page")
    parser.add_argument("--only", default="", help="states whose names contain this")
    return parser


if __name__ == "__main__":
    sys.exit(main())
