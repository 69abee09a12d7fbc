"""A run warns once when the disk is nearly full, and once when it has space again."""

from pathlib import Path

from local.processes.disk_space import FULL_BYTES, MIN_FREE_BYTES, DiskSpaceMonitor


def test_a_disk_that_fills_and_empties_is_one_sentence_at_each_change() -> None:
    enough = 2 * MIN_FREE_BYTES
    free = iter([enough, 2 * FULL_BYTES, 0, FULL_BYTES, FULL_BYTES - 1, 2 * FULL_BYTES, enough])
    monitor = DiskSpaceMonitor(Path("data"), free_bytes=lambda folder: next(free))
    assert [monitor.check()[:32] for _ in range(7)] == [
        "",
        "The disk of data has 256 MB left",
        "The disk of data is full: 0 MB l",
        "",
        "",
        "Radiographs are analysed again. ",
        "There is enough space again for ",
    ]
