"""Reads files that were broken at random, each in its bounds: `python -m reliability.fuzz 100000`.

Files of every kind that is read are drawn, and broken: numbers changed, stretches removed, repeated
and exchanged. The last line counts what was neither read nor refused by name: `crashes` are readers
that a file has ended, `server_errors` all other faults. Such files are kept in `build/fuzz`.
"""

import argparse
import hashlib
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

import numpy as np
from PIL import Image
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    RLELossless,
)

from local.settings import ROOT
from phantoms.dicom_syntaxes import ENCODERS, encode_dicom_in_syntax
from phantoms.files import encode_compressed_dicom, encode_dicom, encode_image, grey_ramp
from screening import images
from screening.errors import RejectedFile
from screening.sandbox import SandboxedDecoder
from screening.sandbox_process import TIMEOUT_SIGNAL

KEPT = ROOT / "build" / "fuzz"
CRASH, ERROR = "crash", "error"
_WORKERS = 2
_MOST_CHANGES = 6
# At these, programs go wrong: signs, sizes, and their neighbours.
_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def main() -> int:
    """0 where every file was read or refused by name."""
    chosen = _parser().parse_args()
    counted = run(chosen.files, seed=chosen.seed, examples=_examples(chosen.examples))
    for name, count in counted.most_common():
        print(f"{name}: {count}")
    print(f"crashes {counted[CRASH]} server_errors {counted[ERROR]} of {chosen.files}")
    return 1 if counted[CRASH] + counted[ERROR] else 0


def run(files: int, *, seed: int, examples: Sequence[bytes]) -> "Counter[str]":
    """How many broken files came to what."""
    readers: Queue[SandboxedDecoder] = Queue()
    for _ in range(_WORKERS):
        readers.put(SandboxedDecoder())

    def tried(content: bytes) -> str:
        reader = readers.get()
        try:
            return _tried(reader, content)
        finally:
            readers.put(reader)

    with ThreadPoolExecutor(_WORKERS) as workers:
        # In pieces, since a pool takes all that it is given into memory.
        counted: Counter[str] = Counter()
        broken = _broken(random.Random(seed), examples)
        for start in range(0, files, 1000):
            piece = [next(broken) for _ in range(min(1000, files - start))]
            counted.update(workers.map(tried, piece))
    while not readers.empty():
        readers.get().close()
    return counted


def _tried(reader: SandboxedDecoder, content: bytes) -> str:
    """What became of a file, up to what the network and the doctor are given of it."""
    try:
        radiograph = reader(content)
        images.build_model_input(radiograph.pixels)
        images.encode_rendition(radiograph.pixels)
        images.encode_thumbnail(radiograph.pixels)
    except RejectedFile as rejection:
        if rejection.detail.startswith("SIG") and rejection.detail != TIMEOUT_SIGNAL:
            return _keep(content, CRASH)
        return str(rejection.reason)
    except Exception:  # Whatever it is, it is what this looks for.
        return _keep(content, ERROR)
    return "read"


def _keep(content: bytes, what: str) -> str:
    KEPT.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(content).hexdigest()[:16]
    (KEPT / f"{what}-{name}").write_bytes(content)
    return what


def _examples(folder: Path | None) -> list[bytes]:
    """Whole files: drawn ones, and those of a folder."""
    stored = grey_ramp().astype(np.uint16) * 16
    grey = Image.fromarray(grey_ramp())
    tags = {"BitsStored": 12, "HighBit": 11, "WindowCenter": "2048", "WindowWidth": "4096"}
    more = {**tags, "PixelPaddingValue": 0, "PatientAge": "004Y", "ViewPosition": "PA"}
    own = (
        [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
        if folder
        else []
    )
    return [
        *own,
        *(encode_image(grey.convert(mode)) for mode in ("1", "L", "LA", "P", "RGB", "RGBA")),
        encode_image(Image.fromarray(stored)),
        *(encode_image(grey.convert(mode), "JPEG") for mode in ("L", "RGB", "CMYK")),
        encode_image(grey, "JPEG", progressive=True, exif=_exif(), comment=b"A comment."),
        encode_image(grey, "MPO", save_all=True, append_images=[grey]),
        encode_dicom(grey_ramp()),
        encode_dicom(stored, **more),
        encode_dicom(stored.astype(np.int16), **tags),
        encode_dicom(np.repeat(grey_ramp()[:, :, None], 3, axis=2)),
        encode_compressed_dicom(grey_ramp(), JPEGBaseline8Bit, encode_image(grey, "JPEG")),
        *(
            encode_compressed_dicom(stored, syntax, encode(stored), **tags)
            for syntax, encode in ENCODERS.items()
        ),
        *(
            encode_dicom_in_syntax(stored, syntax, **tags)
            for syntax in (
                ImplicitVRLittleEndian,
                ExplicitVRBigEndian,
                DeflatedExplicitVRLittleEndian,
                RLELossless,
            )
        ),
    ]


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def _broken(chance: random.Random, examples: Sequence[bytes]) -> Iterator[bytes]:
    """One file after another, without end."""
    while True:
        content = bytearray(chance.choice(examples))
        for _ in range(chance.randint(1, _MOST_CHANGES)):
            chance.choice(_CHANGES)(chance, content, examples)
        yield bytes(content)


def _place(chance: random.Random, content: bytearray) -> int:
    """Often near the start, where headers are."""
    most = len(content) if chance.random() < 0.5 else min(len(content), 1024)
    return chance.randrange(most) if most else 0


def _change_a_number(chance: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    place, size = _place(chance, content), chance.choice((1, 2, 4))
    number = chance.choice(_NUMBERS) % (1 << 8 * size)
    content[place : place + size] = number.to_bytes(size, chance.choice(("little", "big")))


def _change_a_bit(chance: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    if content:
        content[_place(chance, content)] ^= 1 << chance.randrange(8)


def _remove(chance: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    place = _place(chance, content)
    del content[place : place + chance.choice((1, 2, 4, 16, 256))]


def _repeat(chance: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    place = _place(chance, content)
    content[place:place] = content[place : place + chance.choice((1, 4, 64, 1024))]


def _cut_off(chance: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    del content[_place(chance, content) :]


def _join(chance: random.Random, content: bytearray, examples: Sequence[bytes]) -> None:
    other = chance.choice(examples)
    content[_place(chance, content) :] = other[chance.randrange(len(other)) :]


_CHANGES = (
    *(_change_a_number,) * 4,
    *(_change_a_bit,) * 3,
    _remove,
    _repeat,
    _cut_off,
    _join,
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reliability.fuzz", description=__doc__)
    parser.add_argument("files", nargs="?", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=Path, help="a folder of files to break as well")
    return parser


if __name__ == "__main__":
    sys.exit(main())
