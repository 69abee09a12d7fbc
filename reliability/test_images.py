"""Files to send, each of its own bytes, with what each gets when nobody disturbs."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from contracts.record import State
from local.offline_screening import Screening
from phantoms.chest import draw_phantom
from phantoms.files import encode_png_with_comment
from reliability.checker import Expected
from screening.images import build_model_input

_KINDS = ("chest", "chest", "chest", "turned", "damaged", "text")


@dataclass(frozen=True, kw_only=True)
class Film:
    name: str
    content: bytes
    expected: Expected


class Films:
    """Drawn with `seed`; the expected answers are the bundled model's own, without a server."""

    def __init__(self, screening: Screening, folder: Path, *, seed: int) -> None:
        self._screening = screening
        self._folder = folder
        self._random = random.Random(seed)
        self._chest = Image.fromarray(build_model_input(draw_phantom()))

    def draw(self, number: int) -> Iterator[Film]:
        for index in range(number):
            kind = self._random.choice(_KINDS)
            content = _MAKERS[kind](self._chest, f"{index} {self._random.random()}")
            path = self._folder / f"{kind}-{index}.png"
            path.write_bytes(content)
            yield Film(name=path.name, content=content, expected=expected(self._screening, path))
            path.unlink()


def expected(screening: Screening, path: Path) -> Expected:
    """What the file gets when nobody disturbs."""
    line, _ = screening.screen(path)
    if line.state is State.REJECTED:
        return Expected(rejection=line.reason)
    return Expected(decision=line.decision, probability=line.probability)


_MAKERS: dict[str, Callable[[Image.Image, str], bytes]] = {
    "chest": encode_png_with_comment,
    "turned": lambda picture, note: encode_png_with_comment(picture.rotate(90), note),
    "damaged": lambda picture, note: encode_png_with_comment(picture, note)[: -len(note) - 4000],
    "text": lambda picture, note: f"The patient coughs: {note}".encode(),
}
