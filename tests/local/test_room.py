"""A disk that fills is said once, and once more when it no longer does."""

from pathlib import Path

from local.room import LEAST_BYTES, Room


def test_a_disk_that_fills_and_empties_is_said_at_each_change() -> None:
    left = iter([LEAST_BYTES, 20_000_000, 0, LEAST_BYTES, LEAST_BYTES])
    room = Room(Path("data"), free=lambda folder: next(left))
    assert [room.news()[:32] for _ in range(5)] == [
        "",
        "The disk of data has 19 MB left.",
        "",
        "There is room again for data.",
        "",
    ]
