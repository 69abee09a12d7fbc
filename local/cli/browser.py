"""Finds a Chromium for the browser tests, or installs one.

`python -m local.cli.browser`
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL

from local.cli.apt import install_by_apt

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC_PATH = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")

_NOT_INSTALLED = (
    "The browser tests need Chromium and it could not be installed. Install it (Debian: apt "
    "install chromium; macOS: install Google Chrome) and run the tests again."
)


def find_browser() -> Path | None:
    """Returns the browser for Playwright, or None if no browser starts."""
    return next((path for path in _candidates() if _starts(path)), None)


def main() -> int:
    """Returns 0 if there is a browser, or 2 with a sentence on stderr."""
    _parser().parse_args()
    if find_browser() or _install_by_apt() or _install_by_playwright():
        return 0
    print(_NOT_INSTALLED, file=sys.stderr)
    return 2


def _candidates() -> Iterator[Path]:
    for name in _NAMES:
        if path := shutil.which(name):
            yield Path(path)
    yield _MAC_PATH
    yield from _playwright_paths()


def _playwright_paths() -> Iterator[Path]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield Path(playwright.chromium.executable_path)


def _starts(path: Path) -> bool:
    if not path.exists():
        return False
    result = subprocess.run([path, "--version"], capture_output=True, timeout=30)
    return result.returncode == 0


def _install_by_apt() -> bool:
    return install_by_apt("chromium") and find_browser() is not None


def _install_by_playwright() -> bool:
    print("Downloading Chromium …", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=DEVNULL)
    return find_browser() is not None


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog="python -m local.cli.browser", description=__doc__)


if __name__ == "__main__":
    sys.exit(main())
