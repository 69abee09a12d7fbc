"""The card of a smoke run says where the model comes from and what it was made with."""

import getpass
import json
import platform
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

from screening.card import read_card
from tests.smoke_run import DESCRIPTION
from training.artefact.card import add_test_metrics
from training.artefact.model_folder import read_model_folder
from training.commit import read_commit
from training.data.manifest import (
    class_labels,
    data_set_sha256,
    read_description,
    read_manifest,
)
from training.data.split import split_for_recipe
from training.fit.hardware import read_hardware
from training.recipes import SMOKE


@pytest.fixture(scope="module")
def card(smoke: Path) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads((smoke / "model_card.json").read_text())
    return fields


def test_the_provenance_is_that_of_this_run(card: dict[str, Any]) -> None:
    provenance = card["provenance"]
    assert provenance["training"] == [provenance["export"]]
    environment = provenance["export"]
    assert environment["commit"] == read_commit()
    assert environment["python"] == platform.python_version()
    assert (environment["tensorflow"], environment["keras"]) == (tf.__version__, keras.__version__)
    assert environment["hardware"] == read_hardware()
    assert provenance["training_seconds"] > 0


def test_nothing_on_the_card_names_a_person_a_machine_or_a_folder(
    card: dict[str, Any], smoke: Path, drawn_data: Path
) -> None:
    assert list(card["provenance"]) == ["warm_start", "training", "training_seconds", "export"]
    assert list(card["provenance"]["export"]) == [
        *("commit", "python", "tensorflow", "keras", "numpy", "scikit_learn", "hardware")
    ]
    words = json.dumps(card).replace(",", " ").replace('"', " ").split()
    assert not {platform.node(), getpass.getuser(), str(smoke), str(drawn_data)} & set(words)


def test_the_composition_counts_each_film_and_each_patient_once(
    card: dict[str, Any], drawn_data: Path
) -> None:
    radiographs = read_manifest(drawn_data)
    rows = card["data"]["composition"]
    assert sum(row["films"] for row in rows) == len(radiographs) == 60
    assert sum(row["patients"] for row in rows) == 30
    films = Counter((row["split"], row["class"]) for row in rows for _ in range(row["films"]))
    split = split_for_recipe(SMOKE, radiographs)
    assert films == Counter(
        (name, "pneumonia" if radiograph.pneumonia else "normal")
        for name, members in vars(split).items()
        for radiograph in members
    )


def test_the_card_says_what_the_description_of_the_data_says(
    card: dict[str, Any], drawn_data: Path
) -> None:
    description = read_description(drawn_data)
    assert {name: card["data"][name] for name in ("name", "licence", "credit")} == {
        name: DESCRIPTION[name] for name in ("name", "licence", "credit")
    }
    assert card["populations"]["child"]["age_years"] == DESCRIPTION["age_years"]
    split = split_for_recipe(SMOKE, read_manifest(drawn_data))
    radiographs = [*split.train, *split.validation, *split.test]
    assert card["data"]["sha256"] == data_set_sha256(radiographs, description)


def test_facts_that_the_source_does_not_say_are_null(card: dict[str, Any]) -> None:
    for row in card["data"]["composition"]:
        assert (row["source"], row["population"]) == ("chest_xray_224", "child")
        assert row["view"] is row["sex"] is None


def test_each_histogram_counts_each_validation_film_by_its_class(
    card: dict[str, Any], drawn_data: Path
) -> None:
    labels = class_labels(split_for_recipe(SMOKE, read_manifest(drawn_data)).validation)
    histograms = card["histograms"]["child"]
    assert [*histograms] == ["probability", "typicality", "mean", "spread", "sharpness"]
    for histogram in histograms.values():
        assert len(histogram["edges"]) == 21
        assert sum(histogram["pneumonia"]) == labels.sum()
        assert sum(histogram["normal"]) == len(labels) - labels.sum()


def test_a_card_of_an_earlier_release_lacks_the_sections_and_is_read(
    smoke: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(smoke, tmp_path / "models")
    fields = json.loads((folder / "model_card.json").read_text())
    for section in (fields["data"], fields):
        for name in ("composition", "histograms", "provenance"):
            section.pop(name, None)
    (folder / "model_card.json").write_text(json.dumps(fields))
    version = read_card(folder / "model_card.json").model_version
    add_test_metrics(folder, radiographs=12, patients=6, metrics={"auc": 0.5}, intervals={})
    model = read_model_folder(folder)
    assert (model.version, model.card["populations"]["child"]["metrics"]["test_half"]["auc"]) == (
        version,
        0.5,
    )
    assert not {"histograms", "provenance"} & model.card.keys()
