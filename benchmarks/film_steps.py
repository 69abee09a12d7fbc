"""Measures J to the next film's image: `python -m benchmarks.film_steps [--dwell SECONDS]`.

Starts a system of its own, uploads phantoms, and presses J in a real browser, from the key to the
frame in which the next image is complete. The dwell is how long the doctor looks at each film.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Page, sync_playwright

from local.aws.cognito import ACCOUNTS, PASSWORD
from local.cli.browser import find_browser
from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_png_with_comment
from reliability.api_client import ApiClient
from reliability.running_system import RunningSystem, SystemStartError, start_system

_FILMS = 22
_STEPS = 20
_OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]
# Resolves with the milliseconds from the key to the frame that has the next image.
_STEP = """() => new Promise((resolve) => {
  const before = document.querySelector("[data-image]").src;
  const start = performance.now();
  const look = () => {
    const image = document.querySelector("[data-image]");
    const isShown = image && image.src !== before && image.complete && image.naturalWidth > 0;
    if (isShown) requestAnimationFrame(() => resolve(performance.now() - start));
    else requestAnimationFrame(look);
  };
  document.querySelector("[data-image-area]").dispatchEvent(
    new KeyboardEvent("keydown", { key: "j", code: "KeyJ", bubbles: true, cancelable: true })
  );
  look();
})"""


def main() -> int:
    """Prints the times and returns 0, or 2 if the system did not start or answer."""
    dwell = _parser().parse_args().dwell
    try:
        with tempfile.TemporaryDirectory(prefix="xray-steps-") as folder:
            milliseconds, requests = run(Path(folder), dwell=dwell)
    except (SystemStartError, TimeoutError) as error:
        print(error, file=sys.stderr)
        return 2
    p95 = statistics.quantiles(milliseconds, n=20)[-1]
    print(
        f"J to image, {dwell:g} s on each film: p50 {statistics.median(milliseconds):.0f} ms, "
        f"p95 {p95:.0f} ms, {len(milliseconds)} steps; {requests / len(milliseconds):.1f} requests "
        "to the page in a step"
    )
    return 0


def run(folder: Path, *, dwell: float) -> tuple[list[float], int]:
    """Returns the time of each step, and how many requests the page got in all of them."""
    system = start_system(folder)
    try:
        _upload(system)
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=find_browser(), args=_OPTIONS)
            page = chromium.new_page(viewport={"width": 1440, "height": 900})
            _open_newest(page, system)
            urls: list[str] = []
            page.wait_for_load_state("networkidle")
            page.on("request", lambda request: urls.append(request.url))
            milliseconds = []
            for _ in range(_STEPS):
                page.wait_for_timeout(dwell * 1000)
                milliseconds.append(float(page.evaluate(_STEP)))
            chromium.close()
    finally:
        system.stop()
    return milliseconds, sum(url.startswith(f"{system.url}/radiographs/") for url in urls)


def _upload(system: RunningSystem) -> None:
    """Returns once all films are answered."""
    from PIL import Image

    client, radiographs = ApiClient(system), []
    chest = Image.fromarray(draw_phantom())
    for number in range(_FILMS):
        content = encode_png_with_comment(chest, str(number))
        created = client.create_radiograph(f"film {number}.png", content, key=str(uuid4()))
        client.upload(created, content)
        radiographs.append(created.radiograph.id)
    while not all(client.is_answered(radiograph) for radiograph in radiographs):
        time.sleep(0.5)


def _open_newest(page: Page, system: RunningSystem) -> None:
    page.goto(system.url)
    page.get_by_role("link", name="Log in").click()
    page.locator("input[name=username]").fill(ACCOUNTS[0].email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("[type=submit]").click()
    page.wait_for_url(f"{system.url}/worklist?filter=to_review")
    page.locator("[data-radiograph-list] .name").first.click()
    page.wait_for_url("**/radiographs/*")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.film_steps", description=__doc__)
    parser.add_argument("--dwell", type=float, default=3.0, help="seconds on each film")
    return parser


if __name__ == "__main__":
    sys.exit(main())
