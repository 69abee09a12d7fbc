"""How long a doctor waits: from choosing a file on the page to its answer there, in Chromium.

Start the system with `make run`, then `python -m benchmarks.upload_to_answer FILE...`
"""

import argparse
import statistics
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from local.aws.cognito import PASSWORD
from local.cli.browser import find_browser

_ANSWERED = """count => {
    const answer = /detected|Uncertain|Not assessed|File not accepted/;
    const rows = [...document.querySelectorAll("[data-uploads] > li")];
    return rows.filter(row => answer.test(row.textContent)).length >= count;
}"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.upload_to_answer")
    parser.add_argument("--url", default="http://localhost:8000")
    parser.add_argument("files", nargs="+", type=Path, help="the first one warms up")
    chosen = parser.parse_args()
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=options)
        page = browser.new_page()
        _log_in(page, chosen.url)
        waits = [_wait(page, path, number) for number, path in enumerate(chosen.files, start=1)]
        browser.close()
    warm = waits[1:] or waits
    print(f"first {waits[0]:.2f} s; then, over {len(warm)} uploads one after another:")
    print(f"median {statistics.median(warm):.2f} s, longest {max(warm):.2f} s")


def _log_in(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("link", name="Log in").click()
    page.locator("input[name=username]").fill("doctor@north.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("[type=submit]").click()
    page.wait_for_selector("input[type=file]", state="attached")


def _wait(page: Page, path: Path, number: int) -> float:
    began = time.perf_counter()
    page.locator("input[type=file]").set_input_files(path)
    page.wait_for_function(_ANSWERED, arg=number, polling=20)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
