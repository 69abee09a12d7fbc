"""Files to upload, each with bytes of its own and the result to expect without faults."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from contracts.record import State
from local.offline_screening import Screening
from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_png_with_comment
from reliability.checker import ExpectedResult
from screening.images import build_model_input

# Half of the files are chest X-rays.
_KINDS = ("chest", "chest", "chest", "rotated", "damaged", "text")
# Bytes that are cut from the end of a file, so that the pixel data is incomplete.
_CUT_BYTES = 4000


@dataclass(frozen=True, kw_only=True)
class SampleImage:
    name: str
    content: bytes
    expected: ExpectedResult


def build_sample_images(
    count: int, screening: Screening, folder: Path, *, seed: int
) -> Iterator[SampleImage]:
    """Yields `count` files of random kinds; `folder` holds the current one for `screening`."""
    generator = random.Random(seed)
    chest = Image.fromarray(build_model_input(draw_phantom()))
    for index in range(count):
        kind = generator.choice(_KINDS)
        content = _BUILDERS[kind](chest, f"{index} {generator.random()}")
        path = folder / f"{kind}-{index}.png"
        path.write_bytes(content)
        expected = predict_result(screening, path)
        yield SampleImage(name=path.name, content=content, expected=expected)
        path.unlink()


def predict_result(screening: Screening, path: Path) -> ExpectedResult:
    """Screens a file in this process, without a server."""
    result, _ = screening.screen(path)
    if result.state is State.REJECTED:
        return ExpectedResult(rejection=result.reason)
    return ExpectedResult(decision=result.decision, probability=result.probability)


_BUILDERS: dict[str, Callable[[Image.Image, str], bytes]] = {
    "chest": encode_png_with_comment,
    "rotated": lambda image, comment: encode_png_with_comment(image.rotate(90), comment),
    "damaged": lambda image, comment: encode_png_with_comment(image, comment)[
        : -len(comment) - _CUT_BYTES
    ],
    "text": lambda image, comment: f"The patient coughs: {comment}".encode(),
}
