"""A snapshot is a data set that `python -m training --data` trains on."""

import json
from pathlib import Path

from tests.collection.labelled_films import Collect
from tests.collection.reviewed_films import ReviewedFilms
from training import __main__ as training_command


def test_a_model_is_trained_on_a_snapshot(
    films: ReviewedFilms, collect: Collect, out: Path, tmp_path: Path
) -> None:
    for number in range(40):
        patient = number // 2 + 1
        finding = "pneumonia" if patient % 2 else "no_pneumonia"
        films.put(f"film-{number}", finding, finding, patient=f"P-{patient}", seed=number)
    assert collect() == 0
    model = tmp_path / "model"
    folders = ["--out", str(model), "--cache", str(tmp_path / "cache")]
    training_command.run(["--recipe", "smoke", "--data", str(out), *folders])
    card = json.loads((model / "model_card.json").read_text())
    assert "own films of the hospital" in json.dumps(card)
    sources = {row["source"] for row in card["data"]["composition"]}
    assert sources == {"stage dev"}
