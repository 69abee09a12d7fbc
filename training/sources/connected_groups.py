"""What hangs together, directly or through others."""

from collections.abc import Iterable


def joined(count: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """For each of `count` things, the first one that it hangs together with, or itself."""
    first = list(range(count))

    def find(index: int) -> int:
        while first[index] != index:
            first[index] = first[first[index]]
            index = first[index]
        return index

    for one, other in pairs:
        low, high = sorted((find(one), find(other)))
        first[high] = low
    return [find(index) for index in range(count)]
