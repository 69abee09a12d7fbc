"""The original of a film in the browser: decoders, windows, measures, what cannot be shown."""

import base64
import io
import math
import re
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import requests
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEGExtended12Bit,
    JPEGLSNearLossless,
    RLELossless,
)

from phantoms.chest import draw_phantom
from phantoms.dicom_syntaxes import ENCODERS, encode_dicom_in_syntax
from phantoms.file_formats import encode_compressed_dicom, encode_dicom
from tests.browser.test_journey import TIMEOUT_MS, upload_and_open

SPACING_MM = 0.5
TWELVE_BITS = {"BitsStored": 12, "HighBit": 11}
# Each grey of the canvas, as the page shows it, in a small copy.
READ_GREYS = """(canvas) => {
  const copy = new OffscreenCanvas(64, 64).getContext('2d');
  copy.drawImage(canvas, 0, 0, 64, 64);
  return [...copy.getImageData(0, 0, 64, 64).data].filter((_, index) => index % 4 === 0);
}"""


def draw_deep_phantom(seed: int) -> NDArray[np.integer]:
    """A chest of 12 bits."""
    return draw_phantom(seed=seed).astype(np.uint16) * 16


def write_dicom(folder: Path, *, seed: int = 1) -> Path:
    path = folder / "deep.dcm"
    tags = {**TWELVE_BITS, "PixelSpacing": [SPACING_MM] * 2, "PatientAge": "003Y"}
    windows = {"WindowCenter": [2000, 1000], "WindowWidth": [4000, 1200]}
    names = {"WindowCenterWidthExplanation": ["NORMAL", "HARD"]}
    path.write_bytes(encode_dicom(draw_deep_phantom(seed), **tags, **windows, **names))
    return path


def open_original(page: Page, path: Path) -> None:
    upload_and_open(page, path)
    expect(page.locator("[data-film-state]")).to_contain_text("Original,", timeout=TIMEOUT_MS)


def read_greys(page: Page) -> NDArray[np.integer]:
    page.evaluate("new Promise(requestAnimationFrame)")
    return np.array(page.locator("canvas[data-original]").evaluate(READ_GREYS))


def test_a_deep_film_is_shown_with_its_windows(doctor: Page, tmp_path: Path) -> None:
    open_original(doctor, write_dicom(tmp_path))
    expect(doctor.locator("[data-film-state]")).to_have_text(
        "Original, 12 bits. Lengths are in mm."
    )
    before = read_greys(doctor)
    doctor.locator("[data-window-preset]").select_option(label="HARD")
    expect(doctor.locator("[data-window-values]")).to_have_text("W 1200 L 1000")
    hard = read_greys(doctor)
    assert np.abs(hard - before).mean() > 10
    doctor.get_by_role("button", name="Window").click()
    area = doctor.locator("[data-image-area]").bounding_box()
    assert area
    doctor.mouse.move(area["x"] + 300, area["y"] + 300)
    doctor.mouse.down()
    doctor.mouse.move(area["x"] + 300, area["y"] + 200, steps=4)
    doctor.mouse.up()
    assert read_greys(doctor).mean() > hard.mean() + 5
    doctor.get_by_role("button", name="Reset").click()
    assert np.abs(read_greys(doctor) - before).max() <= 1


def test_the_original_first_looks_like_the_reduced_picture(doctor: Page, tmp_path: Path) -> None:
    """Window, curve and range are chosen here as by the screening function."""
    open_original(doctor, write_dicom(tmp_path))
    address = doctor.locator("[data-image]").get_attribute("src")
    assert address
    reduced = Image.open(io.BytesIO(requests.get(address, timeout=30).content))
    data = doctor.locator("canvas[data-original]").evaluate("canvas => canvas.toDataURL()")
    original = Image.open(io.BytesIO(base64.b64decode(data.partition(",")[2]))).convert("L")
    difference = np.asarray(original).astype(int) - np.asarray(reduced)
    assert np.abs(difference).max() <= 1


def test_a_length_is_in_millimetres(doctor: Page, tmp_path: Path) -> None:
    open_original(doctor, write_dicom(tmp_path))
    left, right = find_edges(doctor)
    doctor.get_by_role("button", name="Length").click()
    for x, y in (left, right):
        doctor.mouse.click(x, y)
    label = doctor.locator(".measure-label")
    expect(label).to_have_text(re.compile(r"\d+\.\d mm"))
    length_mm = float((label.text_content() or "").removesuffix(" mm"))
    width_mm = draw_deep_phantom(1).shape[1] * SPACING_MM
    assert length_mm == pytest.approx(width_mm, rel=0.01)
    doctor.get_by_role("button", name="Rotate").click()
    expect(label).to_have_text(re.compile(r"\d+\.\d mm"))
    doctor.get_by_role("button", name="Clear").click()
    expect(label).to_have_count(0)


def find_edges(page: Page) -> list[tuple[float, float]]:
    """The left and the right edge of the film on the screen, half a pixel inside."""
    return [
        tuple(edge)
        for edge in page.locator("canvas[data-original]").evaluate("""(canvas) => {
          const { left, top, width, height } = canvas.getBoundingClientRect();
          const half = Math.min(width / canvas.width, height / canvas.height) * canvas.width / 2;
          return [-1, 1].map((side) => [left + width / 2 + side * (half - 0.5), top + height / 2]);
        }""")
    ]


def test_the_keyboard_measures_angle_and_ratio(doctor: Page, phantoms: list[Path]) -> None:
    """A JPEG has no spacing, so its lengths are in pixels."""
    open_original(doctor, phantoms[1])
    expect(doctor.locator("[data-film-state]")).to_contain_text("lengths are in pixels")
    film, label = doctor.locator("[data-image-area]"), doctor.locator(".measure-label")
    film.focus()
    doctor.keyboard.press("a")
    for keys in (["ArrowUp"] * 5, ["ArrowDown"] * 5, ["ArrowRight"] * 5):
        for key in (*keys, "Enter"):
            doctor.keyboard.press(key)
    expect(label).to_have_text("90.0°")
    doctor.keyboard.press("t")
    for keys in ([], ["ArrowRight"] * 5, ["ArrowRight"] * 5, ["ArrowLeft"] * 20):
        for key in (*keys, "Enter"):
            doctor.keyboard.press(key)
    expect(label.nth(1)).to_have_text(re.compile(r"0\.25 \(\d+ pixels of \d+ pixels\)"))
    expect(doctor.locator("#live-region")).to_contain_text("chest ratio: 0.25")
    handle = doctor.locator(".measure-handle").first
    handle.focus()
    doctor.keyboard.press("ArrowLeft")
    expect(label.first).not_to_have_text("90.0°")
    doctor.keyboard.press("Delete")
    expect(label).to_have_count(1)
    expect(film).to_be_focused()


def test_turned_and_mirrored_films_keep_their_points(doctor: Page, phantoms: list[Path]) -> None:
    open_original(doctor, phantoms[0])
    doctor.get_by_role("button", name="Length").click()
    for x, y in find_edges(doctor):
        doctor.mouse.click(x, y)
    before = doctor.locator(".measure-label").text_content()
    doctor.locator("[data-image-area]").focus()
    for key in ("r", "f", "+", "i"):
        doctor.keyboard.press(key)
    style = doctor.locator("[data-image-layers]").get_attribute("style") or ""
    assert "rotate(270deg) scaleX(-1)" in style
    expect(doctor.locator("canvas[data-original]")).to_have_css("filter", "invert(1)")
    assert doctor.locator(".measure-label").text_content() == before
    doctor.keyboard.press("1")
    points = [
        [float(point.get_attribute(name) or 0) for name in ("cx", "cy")]
        for point in doctor.locator(".measure-point").all()
    ]
    assert math.dist(*points) == pytest.approx(draw_phantom().shape[1], rel=0.01)


def test_a_file_that_cannot_be_fetched_leaves_the_picture(
    doctor: Page, phantoms: list[Path]
) -> None:
    doctor.route(re.compile(r"/original\?"), lambda route: route.abort())
    upload_and_open(doctor, phantoms[0])
    state = doctor.locator("[data-film-state]")
    refusal = "Not for diagnosis: reduced picture. The original is not shown. The file could not be"
    expect(state).to_contain_text(refusal, timeout=TIMEOUT_MS)
    expect(doctor.locator("[data-image]")).to_be_visible()
    doctor.unroute(re.compile(r"/original\?"))
    doctor.get_by_role("button", name="Try again").click()
    expect(state).to_contain_text("Original, 8 bits.", timeout=TIMEOUT_MS)


def test_a_compression_without_a_decoder_leaves_the_picture(doctor: Page, tmp_path: Path) -> None:
    path = tmp_path / "deflated.dcm"
    path.write_bytes(encode_dicom_in_syntax(draw_phantom(), DeflatedExplicitVRLittleEndian))
    upload_and_open(doctor, path)
    state = doctor.locator("[data-film-state]")
    expect(state).to_contain_text("(deflate) has no decoder here.", timeout=TIMEOUT_MS)
    expect(state).to_contain_text("Not for diagnosis")
    expect(doctor.locator("[data-image]")).to_be_visible()


def test_without_a_script_the_picture_stays(
    doctor: Page, browser: Browser, phantoms: list[Path]
) -> None:
    upload_and_open(doctor, phantoms[0])
    storage = doctor.context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=storage)
    page = context.new_page()
    page.goto(doctor.url)
    expect(page.locator("[data-image]")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Not for diagnosis: reduced picture.")
    expect(page.locator("[data-toolbar]")).to_be_hidden()
    expect(page.locator("[data-saliency-map]")).to_be_hidden()
    context.close()


# The differences, in stored values, that each compression makes.
LOSSY = {JPEGExtended12Bit: 40, JPEGLSNearLossless: 2}


def test_each_syntax_is_decoded_to_the_stored_values(doctor: Page, phantoms: list[Path]) -> None:
    upload_and_open(doctor, phantoms[0])
    grey = np.arange(60 * 80, dtype=np.uint16).reshape(60, 80) % 4096
    signed = grey.astype(np.int16) - 2048
    rgb = np.repeat(grey[:, :, None], 3, axis=2)
    files: dict[str, tuple[bytes, NDArray[np.integer]]] = {
        syntax.name: (encode_compressed_dicom(grey, syntax, encode(grey), **TWELVE_BITS), grey)
        for syntax, encode in ENCODERS.items()
    }
    for syntax in (ExplicitVRBigEndian, RLELossless, ImplicitVRLittleEndian):
        files[syntax.name] = (encode_dicom_in_syntax(grey, syntax, **TWELVE_BITS), grey)
    files["signed"] = (encode_dicom(signed), signed)
    files["PNG of 16 bits"] = (bytes(imagecodecs.png_encode(grey)), grey)
    files["PNG of 16 bits in colour"] = (bytes(imagecodecs.png_encode(rgb)), grey)
    lossy = {syntax.name: limit for syntax, limit in LOSSY.items()}
    for name, (content, values) in files.items():
        difference = np.abs(decode(doctor, content) - values.ravel()).max()
        assert difference <= lossy.get(name, 0), name


def decode(page: Page, content: bytes) -> NDArray[np.integer]:
    """The stored values of a file, by the decoder of the page."""
    page.route("**/film-of-a-test", lambda route: route.fulfill(body=content))
    values = page.evaluate("""() => new Promise((resolve) => {
      const { decoderUrl } = document.querySelector('[data-image-viewer]').dataset;
      const worker = new Worker(decoderUrl, { type: 'module' });
      worker.onmessage = ({ data: { film, refusal } }) => {
        if (!film && !refusal) return;
        resolve(refusal ?? [...film.levels].map((level) => film.lowest + level));
        worker.terminate();
      };
      const wasmPath = new URL('.', new URL(decoderUrl, location.href)).href;
      worker.postMessage({ url: new URL('/film-of-a-test', location.href).href, wasmPath });
    })""")
    page.unroute("**/film-of-a-test")
    assert not isinstance(values, str), values
    return np.array(values)
