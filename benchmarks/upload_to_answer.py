"""Measures how long a doctor waits in Chromium, from the choice of a file to its answer.

Start the system with `make run`, then `python -m benchmarks.upload_to_answer FILE...`
"""

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page, sync_playwright

from local.aws.cognito import PASSWORD
from local.cli.browser import find_browser

_ANSWERED = """count => {
    const answer = /detected|Uncertain|Not assessed|File not accepted/;
    const rows = [...document.querySelectorAll("[data-uploads] > li")];
    return rows.filter(row => answer.test(row.textContent)).length >= count;
}"""


def main() -> int:
    """Returns 0, or 2 with a sentence on stderr if a file or the page cannot be opened."""
    arguments = _parser().parse_args()
    missing = [str(path) for path in arguments.files if not path.is_file()]
    if missing:
        print(f"There is no file {', '.join(missing)}.", file=sys.stderr)
        return 2
    try:
        waits = _measure(arguments.url, arguments.files)
    except BrowserError as error:
        print(f"The page does not answer: {error.message}", file=sys.stderr)
        return 2
    warm = waits[1:] or waits
    print(f"first {waits[0]:.2f} s; then, over {len(warm)} uploads one after another:")
    print(f"median {statistics.median(warm):.2f} s, longest {max(warm):.2f} s")
    return 0


def _measure(url: str, files: Sequence[Path]) -> list[float]:
    """Returns the seconds until each file is answered, one after another."""
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=options)
        page = browser.new_page()
        _log_in(page, url)
        waits = [_upload(page, path, number) for number, path in enumerate(files, start=1)]
        browser.close()
    return waits


def _log_in(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("link", name="Log in").click()
    page.locator("input[name=username]").fill("doctor@north.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("[type=submit]").click()
    page.wait_for_selector("input[type=file]", state="attached")


def _upload(page: Page, path: Path, number: int) -> float:
    """Uploads a file; returns the seconds until the page shows `number` answers."""
    start = time.perf_counter()
    page.locator("input[type=file]").set_input_files(path)
    page.wait_for_function(_ANSWERED, arg=number, polling=20)
    return time.perf_counter() - start


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.upload_to_answer", description=__doc__
    )
    parser.add_argument("--url", default="http://localhost:8000")
    parser.add_argument("files", nargs="+", type=Path, help="the first one warms up")
    return parser


if __name__ == "__main__":
    sys.exit(main())
