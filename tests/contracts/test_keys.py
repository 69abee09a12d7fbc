"""Index keys sort the newest first; ids of radiographs depend on site and key."""

from contracts import keys


def test_the_same_site_and_key_name_the_same_radiograph() -> None:
    assert keys.radiograph_id("siteNorth", "k") == keys.radiograph_id("siteNorth", "k")


def test_another_site_with_the_same_key_names_another_radiograph() -> None:
    assert keys.radiograph_id("siteNorth", "k") != keys.radiograph_id("siteSouth", "k")


def test_site_and_key_are_kept_apart() -> None:
    assert keys.radiograph_id("siteA", "bc") != keys.radiograph_id("siteAb", "c")


def test_the_newest_index_key_sorts_first() -> None:
    older = keys.index("siteNorth", "2026-11-23T08:00:00.000Z", "a")
    newer = keys.index("siteNorth", "2026-11-23T08:00:00.001Z", "b")
    assert sorted([older, newer]) == [newer, older]


def test_an_index_key_names_its_radiograph() -> None:
    key = keys.index("siteNorth", "2026-11-23T08:00:00.123Z", "abc")
    assert keys.parse_index_entry(key) == ("abc", 1795420800123)
