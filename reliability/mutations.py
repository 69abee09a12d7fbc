"""Random mutations of files: numbers changed, parts removed, repeated and exchanged."""

import random
from collections.abc import Iterator, Sequence

_MAX_MUTATIONS = 6
# Headers are near the start; half of the mutations are here.
_HEADER_BYTES = 1024
# Numbers at which programs often fail: limits of signs and sizes, and their neighbours.
_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def mutate_files(examples: Sequence[bytes], *, seed: int) -> Iterator[bytes]:
    """Yields mutated copies of random examples without end."""
    generator = random.Random(seed)
    while True:
        content = bytearray(generator.choice(examples))
        for _ in range(generator.randint(1, _MAX_MUTATIONS)):
            generator.choice(_MUTATIONS)(generator, content, examples)
        yield bytes(content)


def _draw_offset(generator: random.Random, content: bytearray) -> int:
    end = len(content) if generator.random() < 0.5 else min(len(content), _HEADER_BYTES)
    return generator.randrange(end) if end else 0


def _change_number(generator: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    offset, size = _draw_offset(generator, content), generator.choice((1, 2, 4))
    number = generator.choice(_NUMBERS) % (1 << 8 * size)
    content[offset : offset + size] = number.to_bytes(size, generator.choice(("little", "big")))


def _flip_bit(generator: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    if content:
        content[_draw_offset(generator, content)] ^= 1 << generator.randrange(8)


def _remove(generator: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    offset = _draw_offset(generator, content)
    del content[offset : offset + generator.choice((1, 2, 4, 16, 256))]


def _repeat(generator: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    offset = _draw_offset(generator, content)
    content[offset:offset] = content[offset : offset + generator.choice((1, 4, 64, 1024))]


def _truncate(generator: random.Random, content: bytearray, _: Sequence[bytes]) -> None:
    del content[_draw_offset(generator, content) :]


def _splice(generator: random.Random, content: bytearray, examples: Sequence[bytes]) -> None:
    """Replaces the end by the end of another example."""
    example = generator.choice(examples)
    content[_draw_offset(generator, content) :] = example[generator.randrange(len(example)) :]


# Repeated entries are drawn more often.
_MUTATIONS = (
    *(_change_number,) * 4,
    *(_flip_bit,) * 3,
    _remove,
    _repeat,
    _truncate,
    _splice,
)
