"""The margins of the gate are complete, and the documentation shows those of the file."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from training.comparison.margins import (
    GATE_FILE,
    MEASURES,
    GateFileError,
    format_margins,
    read_margins,
)
from training.comparison.power import refusal_chance

MARGINS = read_margins()
# Of the public data: all, with pneumonia, and normal.
_VALIDATION_FILMS = {"auc": 822, "log_loss": 822, "answered": 822, "sensitivity": 602} | {
    "specificity": 220
}


def test_the_documentation_has_the_table_of_the_file() -> None:
    page = (ROOT / "docs" / "data-scientist.md").read_text()
    assert format_margins(MARGINS) in page


@pytest.mark.parametrize("name", _VALIDATION_FILMS)
def test_the_validation_films_show_a_fall_as_large_as_the_margin(name: str) -> None:
    """And an equal model is hardly ever refused by chance."""
    margin, films = MARGINS[name], _VALIDATION_FILMS[name]
    assert margin.films_needed and margin.films_needed <= films
    assert margin.spread
    assert refusal_chance(margin.margin, spread=margin.spread, films=films) < 0.01


def test_each_measure_has_a_reason() -> None:
    assert tuple(MARGINS) == MEASURES
    assert all(len(margin.reason) > 20 for margin in MARGINS.values())


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("[auc]", "[accuracy]", "for each measure and no other: accuracy, auc"),
        ("margin = 0.005", "", "[auc] in "),
        ("margin = 0.005", "margin = -0.005", "numbers above 0"),
        ("margin = 0.005", 'margin = "small"', "numbers above 0"),
        ("[auc]", "[auc", "cannot be read"),
    ],
)
def test_a_file_that_is_not_complete_is_refused(
    before: str, after: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "gate.toml"
    path.write_text(GATE_FILE.read_text().replace(before, after, 1))
    with pytest.raises(GateFileError) as refusal:
        read_margins(path)
    assert message in str(refusal.value)
