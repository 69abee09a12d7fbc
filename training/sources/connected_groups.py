"""Joins pairs to groups: two items are in one group if a chain of pairs connects them."""

from collections.abc import Iterable


def connected_groups(count: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Returns, for each of `count` items, the lowest index in its group."""
    parents = list(range(count))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    for first, second in pairs:
        low, high = sorted((root(first), root(second)))
        parents[high] = low
    return [root(index) for index in range(count)]
