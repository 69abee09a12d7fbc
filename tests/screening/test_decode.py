"""Every file is decoded as one radiograph, or refused with a reason that its sender can act on."""

import io
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from contracts.answers import NotAssessed
from contracts.rejections import Rejection
from phantoms.file_formats import build_png, encode_dicom, encode_image, grey_ramp
from screening.decode import decode_radiograph
from screening.radiograph import MAX_BYTES
from tests.screening.decoding import refusal


def build_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("payload.js", "alert(1)")
    return buffer.getvalue()


def build_file(kind: str, comment: bytes = b"") -> bytes:
    """Returns a valid file of this kind with `comment` as metadata."""
    if kind == "DICOM":
        return (
            encode_dicom(grey_ramp(), ImageComments=comment.decode("latin-1"))
            if comment
            else encode_dicom(grey_ramp())
        )
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add(b"teXt", comment, after_idat=True)
        return encode_image(Image.fromarray(grey_ramp()), pnginfo=info)
    return encode_image(Image.fromarray(grey_ramp()), "JPEG", quality=95, comment=comment)


def png_header(columns: int, rows: int) -> bytes:
    """Returns a PNG whose header declares a size, with almost no pixel data."""
    header = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    return build_png((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))))


def test_an_empty_file_is_named() -> None:
    assert refusal(b"") == (Rejection.EMPTY, "")


def test_a_file_over_50_megabytes_is_not_looked_into() -> None:
    assert refusal(bytes(MAX_BYTES + 1))[0] is Rejection.TOO_LARGE


def test_a_decompression_bomb_is_refused_by_its_header() -> None:
    assert refusal(png_header(50_000, 50_000))[0] is Rejection.TOO_LARGE


def test_more_than_40_megapixels_are_refused_by_the_header() -> None:
    assert refusal(png_header(8_000, 5_001))[0] is Rejection.TOO_LARGE


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"The patient coughs.", "a text file"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04....", "a ZIP archive or an Office document"),
        (b"II*\x00....", "a TIFF"),
        (bytes(4) + b"ftypheic" + bytes(20), "a HEIC picture"),
        (bytes(4) + b"ftypavif" + bytes(20), "an AVIF picture"),
        (bytes(4) + b"ftypmp42" + bytes(20), "a video"),
        (b"RIFF....WEBPVP8 ", "a WebP picture"),
        (b"RIFF....AVI LIST", "a video"),
        (b"\x1f\x8b\x08.....", "a GZIP archive"),
        (b"BM........", "a BMP"),
        (bytes(300), ""),
    ],
)
def test_what_is_no_picture_is_named(content: bytes, name: str) -> None:
    assert refusal(content) == (Rejection.NOT_A_PICTURE, name)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "DICOM"])
def test_a_picture_with_an_archive_behind_it_is_refused(kind: str) -> None:
    assert refusal(build_file(kind) + build_zip()) == (Rejection.POLYGLOT, "a ZIP archive")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "DICOM"])
def test_the_end_of_an_archive_by_chance_is_none(kind: str) -> None:
    decode_radiograph(build_file(kind, comment=b"PK\x05\x06" + bytes(18)))


def test_a_picture_that_is_a_pdf_as_well_is_refused() -> None:
    content = encode_image(Image.fromarray(grey_ramp()), "JPEG", comment=b"%PDF-1.7 ...")
    assert refusal(content) == (Rejection.POLYGLOT, "a PDF")


def test_a_picture_that_is_a_dicom_file_of_another_as_well_is_refused() -> None:
    content = build_file("JPEG", comment=bytes(200))
    assert content[128:132] == bytes(4)
    assert refusal(content[:128] + b"DICM" + content[132:]) == (Rejection.POLYGLOT, "a DICOM file")


def test_zeros_behind_an_archive_do_not_hide_it() -> None:
    content = build_file("JPEG") + build_zip() + bytes(70_000)
    assert refusal(content) == (Rejection.POLYGLOT, "a ZIP archive")


@pytest.mark.parametrize("start", [b"<script>", b" \n<!doctype html>", b"<?xml"])
def test_a_page_before_a_dicom_file_is_refused(start: bytes) -> None:
    content = start + encode_dicom(grey_ramp())[len(start) :]
    assert refusal(content) == (Rejection.POLYGLOT, "a web page")


@pytest.mark.parametrize("program", [b"MZ", b"\x7fELF", b"#!/bin/sh\n"])
def test_a_program_before_a_dicom_file_is_refused(program: bytes) -> None:
    content = program + encode_dicom(grey_ramp())[len(program) :]
    assert refusal(content) == (Rejection.POLYGLOT, "a program")


def test_a_tiff_before_a_dicom_file_is_usual() -> None:
    assert np.array_equal(
        decode_radiograph(b"II*\0" + encode_dicom(grey_ramp())[4:]).pixels, grey_ramp()
    )


def test_a_png_with_more_behind_it_is_refused() -> None:
    content = build_file("PNG")
    assert refusal(content + b"<script>") == (Rejection.POLYGLOT, "other data")
    assert np.array_equal(decode_radiograph(content + bytes(512)).pixels, grey_ramp())


def test_an_animated_gif_is_no_picture_of_ours() -> None:
    frames = [Image.fromarray(grey_ramp()), Image.fromarray(255 - grey_ramp())]
    gif = encode_image(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert refusal(gif) == (Rejection.NOT_A_PICTURE, "a GIF")


def test_an_animated_png_has_several_frames() -> None:
    frames = [Image.fromarray(grey_ramp()), Image.fromarray(255 - grey_ramp())]
    apng = encode_image(frames[0], save_all=True, append_images=frames[1:])
    assert refusal(apng)[0] is Rejection.SEVERAL_FRAMES


@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_truncated_picture_is_damaged(file_format: str, share: float) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 200), dtype=np.uint8)
    whole = encode_image(Image.fromarray(noise), file_format)
    assert refusal(whole[: int(len(whole) * share)])[0] is Rejection.DAMAGED


def test_a_truncated_dicom_is_damaged() -> None:
    whole = encode_dicom(grey_ramp(200, 200))
    assert refusal(whole[: len(whole) // 2])[0] is Rejection.DAMAGED


@pytest.mark.parametrize("grey", [0, 127, 255])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "DICOM"])
def test_an_image_of_nearly_one_grey_is_not_assessed(kind: str, grey: int) -> None:
    flat = np.clip(grey_ramp().astype(int) // 8 - 16 + grey, 0, 255).astype(np.uint8)
    flat[0, :8] = 255  # Letters on the film are no contrast.
    for pixels, exclusion in ((flat, NotAssessed.QUALITY), (grey_ramp() // 4, None)):
        dicom, image = encode_dicom(pixels), Image.fromarray(pixels)
        content = dicom if kind == "DICOM" else encode_image(image, kind)
        assert decode_radiograph(content).exclusion is exclusion
