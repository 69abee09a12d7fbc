"""Labels that the films of other patients contradict are listed, and nothing is changed."""

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training import label_noise
from training.data.manifest import FOLDER, MANIFEST, DataError, read_manifest


def test_wrong_labels_come_first(drawn_data: Path) -> None:
    """With features that tell the classes apart, as a trained model's do."""
    films = read_manifest(drawn_data)
    rng = np.random.default_rng(0)
    centres = np.array([[8.0 if film.pneumonia else -8.0] for film in films])
    features = (centres + rng.normal(size=(len(films), 20))).astype(np.float32)
    wrong = {0, 14, 28}
    noisy = [
        replace(film, pneumonia=film.pneumonia != (index in wrong))
        for index, film in enumerate(films)
    ]
    groups = label_noise.group_films(noisy)
    probabilities = label_noise.predict_out_of_fold(features, noisy, groups)
    assert set(label_noise.find_suspects(noisy, probabilities)[:3]) == wrong


def test_the_list_is_ranked_and_the_data_set_stays_as_it_is(
    drawn_data: Path, smoke: Path, tmp_path: Path
) -> None:
    before = (drawn_data / FOLDER / MANIFEST).read_bytes()
    out = tmp_path / "suspects.csv"
    label_noise.run([str(drawn_data), "--model", str(smoke), "--out", str(out)])
    with out.open(newline="") as lines:
        reader = csv.DictReader(lines)
        rows = list(reader)
        assert reader.fieldnames == ["rank", "file", "sha256", "label", "probability"]
    assert [row["rank"] for row in rows] == [str(rank + 1) for rank in range(len(rows))]
    support = [
        float(row["probability"]) if row["label"] == "PNEUMONIA" else 1 - float(row["probability"])
        for row in rows
    ]
    assert support == sorted(support)
    hashes = {film.path.name: film.sha256 for film in read_manifest(drawn_data)}
    assert all(row["sha256"] == hashes[Path(row["file"]).name] for row in rows)
    assert not any(row["file"].startswith("test/") for row in rows)
    assert (drawn_data / FOLDER / MANIFEST).read_bytes() == before


def test_copies_and_patients_are_one_group(drawn_data: Path) -> None:
    films = list(read_manifest(drawn_data)[:6])
    films[4] = replace(films[4], duplicate_group=films[0].duplicate_group)
    assert label_noise.group_films(films) == [0, 0, 2, 2, 0, 0]


def test_too_few_patients_are_counted(drawn_data: Path, tmp_path: Path) -> None:
    shutil.copytree(drawn_data / FOLDER, tmp_path / FOLDER)
    lines = (tmp_path / FOLDER / MANIFEST).read_text().splitlines()
    (tmp_path / FOLDER / MANIFEST).write_text("\n".join(lines[:21]) + "\n")
    with pytest.raises(DataError, match="normal films of 4 patients outside the test set"):
        label_noise.run([str(tmp_path), "--model", str(tmp_path)])


def test_a_folder_without_a_model_is_named(drawn_data: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="name the folder of a trained model"):
        label_noise.run([str(drawn_data), "--model", str(tmp_path)])
