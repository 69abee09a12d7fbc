"""Files that are something else than an X-ray image, or too large once they are unpacked."""

import io
import random
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from uuid import uuid4

from PIL import Image

from contracts.record import State
from phantoms.file_formats import build_png, encode_dicom, encode_image, grey_ramp
from reliability.attack.target import Target
from reliability.attack.tries import Attack, Try

KINDS = Attack(item="5.2.2", title="files that are no image, whatever their name says")
POLYGLOTS = Attack(item="5.2.2, 3.2.1", title="images that are another file as well")
BOMBS = Attack(item="5.2.3, 5.2.6", title="images that are huge once they are unpacked")
NAMES = Attack(item="5.3.2, 5.4.1", title="paths and control characters in file names")

_ANSWER_SECONDS = 60.0
_ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
_NAMES = (
    "../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "C:\\boot.ini",
    "....//....//etc/passwd",
    "%2e%2e%2fetc%2fpasswd",
    "film.png%00.html",
    "film.png;.html",
    "file:///etc/passwd",
    "http://127.0.0.1:9/film.png",
    "| touch /tmp/x",
    "$(touch /tmp/x)",
    "`touch /tmp/x`.png",
    "' OR 1=1 --.png",
    "=cmd|' /C calc'!A0",
    "CON",
    ".htaccess",
    "-rf",
    "\u202egnp.film",
    "a" * 255,
)
_CONTROLS = (
    "film\0.png",
    "film\n.png",
    "film\r\nX-Injected: 1",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "",
    "a" * 256,
)


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    for attack, files in (
        (KINDS, _build_kinds()),
        (POLYGLOTS, _build_polyglots()),
        (BOMBS, _build_bombs()),
    ):
        for name, content in files.items():
            for file_name in ("film.png", "film.dcm"):
                label = f"{name} as {file_name}"
                yield attack.build_try(label, _find_answer, target, file_name, content)
    for name in _NAMES:
        yield NAMES.build_try(repr(name[:30]), _find_key, target, name)
    for name in _CONTROLS:
        yield NAMES.build_try(repr(name[:30]), _find_name, target, name)


def _find_answer(target: Target, file_name: str, content: bytes) -> str:
    """The file is refused at the announcement, or rejected without any image or answer."""
    client = target.north.client
    created = client.create_radiograph(file_name, content, key=str(uuid4()))
    client.upload(created, content)
    deadline = time.monotonic() + _ANSWER_SECONDS
    while time.monotonic() < deadline:
        view = client.fetch_radiograph(created.radiograph.id)
        if view is not None and view.state is State.REJECTED:
            has_image = view.rendition_url or view.thumbnail_url or view.attention_url
            return "an image is shown" if has_image else ""
        if view is not None and view.state in (State.SCREENED, State.FAILED):
            return f"the state is {view.state}"
        time.sleep(0.1)
    return "no answer within a minute"


def _build_kinds() -> Mapping[str, bytes]:
    return {
        "a text": b"The patient coughs.",
        "a page": b"<!doctype html><script>alert(1)</script>",
        "an SVG": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "XML entities": _ENTITIES,
        "a script": b"#!/bin/sh\ntouch /tmp/x\n",
        "a program": b"\x7fELF" + bytes(300),
        "a Windows program": b"MZ" + bytes(300),
        "a PDF": b"%PDF-1.7\n%%EOF",
        "a ZIP archive": _build_zip(),
        "a GZIP archive": zlib.compress(bytes(1000), wbits=31),
        "a GIF": b"GIF89a" + bytes(30) + b"alert(1)",
        "a TIFF": b"II*\0" + bytes(300),
        "a pickle": b"\x80\x04cos\nsystem\n(S'touch /tmp/x'\ntR.",
        "zeros": bytes(1000),
        "nothing": b"",
        "PostScript": b"%!PS\n(/etc/passwd) (r) file\n",
        "a PNG signature": b"\x89PNG\r\n\x1a\n" + bytes(100),
        "a JPEG signature": b"\xff\xd8\xff\xe0" + bytes(100),
        "a DICOM signature": bytes(128) + b"DICM" + bytes(100),
    }


def _build_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("../../payload.js", "alert(1)")
    return buffer.getvalue()


def _build_polyglots() -> Mapping[str, bytes]:
    image = Image.fromarray(grey_ramp())
    png, jpeg, dicom = encode_image(image), encode_image(image, "JPEG"), encode_dicom(grey_ramp())
    archive = _build_zip()
    files = {
        f"a {kind} and a ZIP": content + archive
        for kind, content in (("PNG", png), ("JPEG", jpeg), ("DICOM", dicom))
    }
    files["a JPEG and a PDF"] = encode_image(image, "JPEG", comment=b"%PDF-1.7 ...")
    for name, start in (
        ("program", b"\x7fELF"),
        ("Windows program", b"MZ"),
        ("script", b"#!/bin/sh\n"),
    ):
        files[f"a {name} and a DICOM"] = start + dicom[len(start) :]
    files["a page and a DICOM"] = b"<script>alert(1)</script>".ljust(128, b" ") + dicom[128:]
    return files


def _build_bombs() -> Mapping[str, bytes]:
    sizes = (
        (50_000, 50_000),
        (8_000, 5_001),
        (2**31 - 1, 1),
        (1, 2**31 - 1),
        (0, 0),
        (65_535,) * 2,
    )
    files = {f"a PNG of {columns} x {rows}": _build_png(columns, rows) for columns, rows in sizes}
    text = zlib.compress(bytes(40 * 2**20), 9)
    comment = (b"zTXt", b"a\0\0" + text)
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
    files["a PNG with a text of 40 MB"] = build_png((b"IHDR", header), comment)
    for rows, columns in ((65_535, 65_535), (0, 0), (65_535, 1)):
        files[f"a DICOM of {rows} x {columns}"] = encode_dicom(
            grey_ramp(), Rows=rows, Columns=columns
        )
    files["a DICOM of 2,000,000 frames"] = encode_dicom(grey_ramp(), NumberOfFrames="2000000")
    return files


def _build_png(columns: int, rows: int) -> bytes:
    header = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    return build_png((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))))


def _find_key(target: Target, name: str) -> str:
    """A name is shown; the key of the upload is the server's own."""
    created = target.north.client.create_radiograph(name, b"1", key=str(uuid4()))
    expected = f"incoming/{created.radiograph.id}"
    key = created.upload.fields["key"] if created.upload else ""
    return "" if key == expected else f"the key is {key!r}"


def _find_name(target: Target, name: str) -> str:
    session = target.north.session
    request = session.build_post(
        "/uploads", file_name=name, bytes="1", idempotency_key=str(uuid4())
    )
    return target.find_break(request, (422,))
