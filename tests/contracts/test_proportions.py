"""Two shares differ where chance does not explain it, and where both rest on enough."""

import pytest
from scipy.stats import norm

from contracts.proportions import differ


@pytest.mark.parametrize(("max_z", "chance"), [(2.58, 1e-2), (4.42, 1e-5)])
def test_the_limits_are_those_of_a_normal_distribution(max_z: float, chance: float) -> None:
    assert 2 * norm.sf(max_z) == pytest.approx(chance, rel=0.02)


def test_a_difference_needs_enough_on_both_sides() -> None:
    assert differ((0, 30), (30, 30), max_z=4.42)
    assert not differ((0, 29), (30, 30), max_z=4.42)
    assert not differ((0, 30), (29, 29), max_z=4.42)


def test_equal_shares_do_not_differ_also_at_none_and_all() -> None:
    assert not differ((0, 40), (0, 100), max_z=2.58)
    assert not differ((40, 40), (100, 100), max_z=2.58)
    assert not differ((12, 40), (30, 100), max_z=2.58)
