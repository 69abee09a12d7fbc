"""A Chromium for the browser tests: an installed one, else one that can be installed.

`python -m local.cli.browser`
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")

_NONE = (
    "The browser tests need Chromium and it could not be installed. Install it (Debian: apt "
    "install chromium; macOS: install Google Chrome) and run the tests again."
)


def find_browser() -> Path | None:
    """The browser that Playwright is to drive, or None."""
    return next((path for path in _candidates() if _starts(path)), None)


def main() -> int:
    if find_browser() or _from_packages() or _from_playwright():
        return 0
    print(_NONE)
    return 1


def _candidates() -> Iterator[Path]:
    for name in _NAMES:
        if found := shutil.which(name):
            yield Path(found)
    yield _MAC
    yield from _of_playwright()


def _of_playwright() -> Iterator[Path]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield Path(playwright.chromium.executable_path)


def _starts(path: Path) -> bool:
    if not path.exists():
        return False
    told = subprocess.run([path, "--version"], capture_output=True, timeout=30)
    return told.returncode == 0


def _from_packages() -> bool:
    """From the system's packages, where we may install any without being asked for a password."""
    if not shutil.which("apt-get"):
        return False
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and not _runs([*as_root, "true"]):
        return False
    print("Installing Chromium …", flush=True)
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    _runs([*apt, "update"])
    _runs([*apt, "install", "--yes", "--no-install-recommends", "chromium"])
    return find_browser() is not None


def _from_playwright() -> bool:
    print("Downloading Chromium …", flush=True)
    _runs([sys.executable, "-m", "playwright", "install", "chromium"])
    return find_browser() is not None


def _runs(command: list[str]) -> bool:
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL).returncode == 0
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    sys.exit(main())
