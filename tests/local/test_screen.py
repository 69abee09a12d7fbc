"""Files and folders are screened on one machine, with one result for each file."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from local.cli.sample import write_samples
from local.screen import list_files
from tests.conftest import ROOT
from tests.local.screen_command import lines, screen


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder)
    return folder


def test_json_has_one_object_a_file_with_the_promised_names(samples: Path) -> None:
    answers = lines(samples)
    assert len(answers) == 3
    for answer in answers:
        names = "file state decision reason probability positive typicality model_version"
        assert list(answer) == [*names.split(), "age_years", "cautions"]
        assert answer["state"] == "screened"
        assert 0 < answer["probability"] < 1
        assert answer["typicality"] > 0


def test_a_folder_answers_for_every_file_in_it(samples: Path, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "note.txt").write_text("The patient coughs.")
    (tmp_path / "empty.png").touch()
    answers = lines(tmp_path, samples / "phantom.png")
    assert [(a["state"], a["reason"]) for a in answers] == [
        ("rejected", "not_a_picture"),
        ("rejected", "empty"),
        ("screened", None),
    ]


def test_positive_is_at_or_above_the_threshold(samples: Path) -> None:
    card = json.loads((ROOT / "models" / "model_card.json").read_text())
    for answer in lines(samples):
        above = answer["probability"] >= card["operating_point"]["threshold"]
        assert answer["positive"] is above


def test_the_table_says_it_in_words(samples: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    result = screen(samples / "phantom.png", tmp_path)
    assert "pneumonia" in result.stdout.lower() or "Uncertain" in result.stdout
    assert "The file is empty." in " ".join(result.stdout.split())
    assert "Decision support, not a diagnosis." in result.stdout


def test_a_path_that_is_not_there_is_named() -> None:
    result = screen("nowhere.png")
    assert (result.returncode, result.stdout) == (2, "")
    assert "There is no file or folder nowhere.png." in result.stderr


def test_brackets_in_a_file_name_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Wide enough for any temporary folder, so that the name is not wrapped.
    monkeypatch.setenv("COLUMNS", "300")
    (tmp_path / "scan[old].png").touch()
    assert "scan[old].png" in screen(tmp_path).stdout


def test_hidden_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").touch()
    assert list_files([tmp_path]) == []


@pytest.mark.data
def test_every_dicom_gets_an_answer_or_a_named_reason(data: Path) -> None:
    answers = lines(data / "dicom")
    assert {answer["state"] for answer in answers} == {"screened", "rejected"}
    for answer in answers:
        is_assessed = answer["decision"] in ("pneumonia", "no_pneumonia", "uncertain")
        assert (answer["reason"] is None) == is_assessed, answer


@pytest.mark.data
def test_a_16_bit_picture_gets_the_answer_of_its_8_bit_twin(data: Path, tmp_path: Path) -> None:
    """With 16 significant bits, and with 10, 12 or 14 of 16, as most detectors store them."""
    for path in sorted((data / "full_size").rglob("*.*"))[:4]:
        pixels = np.asarray(Image.open(path).convert("L"))
        for bits, factor in ((8, 1), (10, 4), (12, 16), (14, 64), (16, 257)):
            stored = pixels if bits == 8 else pixels.astype(np.uint16) * np.uint16(factor)
            Image.fromarray(stored).save(tmp_path / f"{path.stem}-{bits}.png")
    answers = [
        (answer["decision"], answer["reason"], round(answer["probability"] or 0, 3))
        for answer in lines(tmp_path)
    ]
    assert len(answers) == 20
    assert all(len(set(answers[n : n + 5])) == 1 for n in range(0, 20, 5)), answers


@pytest.mark.data
def test_photographs_are_no_chest_x_rays(data: Path) -> None:
    """No photograph is assessed. One of a roof without contrast may be rejected for quality."""
    answers = lines(data / "not_chest" / "photos")
    assert len(answers) > 10
    assert {(a["state"], a["decision"]) for a in answers} == {("screened", "not_assessed")}
    assert {a["reason"] for a in answers} <= {"not_chest", "quality"}
    assert sum(a["reason"] == "not_chest" for a in answers) > 0.8 * len(answers)


@pytest.mark.data
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda xray: xray, None),
        (lambda xray: xray.rotate(90, expand=True), "orientation"),
        (lambda xray: xray.rotate(180), "orientation"),
        (ImageOps.invert, "quality"),
    ],
    ids=["upright", "on a side", "head down", "inverted"],
)
def test_a_chest_x_ray_is_judged_where_it_is_upright(
    change: Callable[[Image.Image], Image.Image], reason: str | None, data: Path, tmp_path: Path
) -> None:
    for path in sorted((data / "full_size").rglob("*.jpeg")):
        xray = Image.open(path).convert("L").resize((512, 512))
        change(xray).save(tmp_path / f"{path.stem}.png")
    answers = lines(tmp_path)
    assert len(answers) == 24
    assert {answer["reason"] for answer in answers} == {reason}


def test_the_endpoint_model_says_the_same(samples: Path) -> None:
    """Within the tolerance that the model card states for the two exports."""
    card = json.loads((ROOT / "models" / "model_card.json").read_text())
    pairs = zip(lines(samples), lines("--model", "endpoint", samples), strict=True)
    for cpu, endpoint in pairs:
        difference = abs(cpu["probability"] - endpoint["probability"])
        assert difference <= card["tolerance"]["probability"]
        assert cpu["decision"] == endpoint["decision"]
