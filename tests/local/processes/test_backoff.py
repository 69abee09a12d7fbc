"""Restarts wait longer and longer, until the process runs well again."""

import pytest

from local.processes.backoff import Backoff


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("failures", "delay"), [(1, 0.0), (2, 1.0), (3, 2.0), (4, 4.0), (7, 30.0), (100, 30.0)]
)
def test_each_failure_doubles_the_delay(failures: int, delay: float) -> None:
    clock = Clock()
    backoff = Backoff(clock)
    for _ in range(failures):
        backoff.add_failure()
    if delay:
        clock.now += delay - 0.01
        assert not backoff.is_over()
        clock.now += 0.01
    assert backoff.is_over()


def test_after_minutes_without_a_failure_the_count_begins_again() -> None:
    clock = Clock()
    backoff = Backoff(clock)
    for _ in range(5):
        backoff.add_failure()
    clock.now += 301
    backoff.add_failure()
    assert (backoff.failures, backoff.is_over()) == (1, True)


def test_a_success_ends_the_delay() -> None:
    backoff = Backoff(Clock())
    for _ in range(5):
        backoff.add_failure()
    backoff.reset()
    assert (backoff.failures, backoff.is_over()) == (0, True)
