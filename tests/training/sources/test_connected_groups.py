"""Pairs make groups, directly and in chains."""

import random

from training.sources.connected_groups import connected_groups


def test_alone_each_is_its_own() -> None:
    assert connected_groups(3, []) == [0, 1, 2]


def test_a_chain_is_one_group_in_whatever_order_it_comes() -> None:
    pairs = [(0, 3), (3, 5), (5, 4), (1, 2)]
    for seed in range(20):
        random.Random(seed).shuffle(pairs)
        shuffled = [(b, a) if seed % 2 else (a, b) for a, b in pairs]
        assert connected_groups(7, shuffled) == [0, 1, 1, 0, 0, 0, 6]
