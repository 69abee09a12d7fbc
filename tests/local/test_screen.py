"""Files and folders are screened on one machine, with one result for each file."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from local.cli.sample import write_samples
from local.screen import list_files
from screening.card import read_card
from tests.conftest import ROOT
from tests.local.screen_command import parse_lines, run_command, screen


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder)
    return folder


def test_json_has_one_object_a_file_with_the_promised_names(samples: Path) -> None:
    answers = parse_lines(run_command("--json", samples))
    assert answers == screen(samples)
    assert len(answers) == 3
    for answer in answers:
        names = "file state decision reason probability positive typicality model_version"
        more = "age_years cautions like_this_per_100 like_this_radiographs"
        assert list(answer) == [*names.split(), *more.split()]
        assert answer["state"] == "screened"
        assert 0 < answer["probability"] < 1
        assert answer["typicality"] > 0
        assert 0 <= answer["like_this_per_100"] <= 100
        assert answer["like_this_radiographs"] >= 30


def test_a_folder_answers_for_every_file_in_it(samples: Path, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "note.txt").write_text("The patient coughs.")
    (tmp_path / "empty.png").touch()
    answers = screen(tmp_path, samples / "phantom.png")
    assert [(a["state"], a["reason"]) for a in answers] == [
        ("rejected", "not_a_picture"),
        ("rejected", "empty"),
        ("screened", None),
    ]


def test_positive_is_at_or_above_the_threshold(samples: Path) -> None:
    card = read_card(ROOT / "models" / "model_card.json")
    for answer in screen(samples):
        above = answer["probability"] >= card.children.threshold
        assert answer["positive"] is above


def test_the_table_says_it_in_words(samples: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    result = run_command(samples / "phantom.png", tmp_path)
    assert "pneumonia" in result.stdout.lower() or "Uncertain" in result.stdout
    assert "The file is empty." in " ".join(result.stdout.split())
    assert "validation X-rays had such a score." in " ".join(result.stdout.split())
    assert "Decision support, not a diagnosis." in result.stdout


def test_a_path_that_is_not_there_is_named() -> None:
    result = run_command("nowhere.png")
    assert (result.returncode, result.stdout) == (2, "")
    assert "There is no file or folder nowhere.png." in result.stderr


def test_brackets_in_a_file_name_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Wide enough for any temporary folder, so that the name is not wrapped.
    monkeypatch.setenv("COLUMNS", "300")
    (tmp_path / "scan[old].png").touch()
    assert "scan[old].png" in run_command(tmp_path).stdout


def test_hidden_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").touch()
    assert list_files([tmp_path]) == []


@pytest.mark.data
def test_every_dicom_gets_an_answer_or_a_named_reason(data: Path) -> None:
    answers = screen(data / "dicom")
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
            Image.fromarray(stored).save(tmp_path / f"{path.stem}-{bits}.png", compress_level=1)
    answers = [
        (answer["decision"], answer["reason"], round(answer["probability"] or 0, 3))
        for answer in screen(tmp_path)
    ]
    assert len(answers) == 20
    assert all(len(set(answers[n : n + 5])) == 1 for n in range(0, 20, 5)), answers


@pytest.mark.data
def test_photographs_are_no_chest_x_rays(data: Path) -> None:
    """No photograph is assessed. One of a roof without contrast may be rejected for quality."""
    answers = screen(data / "not_chest" / "photos")
    assert len(answers) > 10
    assert {(a["state"], a["decision"]) for a in answers} == {("screened", "not_assessed")}
    assert {a["reason"] for a in answers} <= {"not_chest", "quality"}
    assert sum(a["reason"] == "not_chest" for a in answers) > 0.8 * len(answers)


@pytest.mark.data
@pytest.mark.parametrize(
    ("change", "reason", "least"),
    [
        (lambda xray: xray, None, 24),
        (lambda xray: xray.rotate(90, expand=True), "orientation", 24),
        # The bundled model takes one for upright (docs/model-card.md).
        (lambda xray: xray.rotate(180), "orientation", 23),
        (ImageOps.invert, "quality", 24),
    ],
    ids=["upright", "on a side", "head down", "inverted"],
)
def test_a_chest_x_ray_is_judged_where_it_is_upright(
    change: Callable[[Image.Image], Image.Image],
    reason: str | None,
    least: int,
    data: Path,
    tmp_path: Path,
) -> None:
    for path in sorted((data / "full_size").rglob("*.jpeg")):
        xray = Image.open(path).convert("L").resize((512, 512))
        change(xray).save(tmp_path / f"{path.stem}.png")
    answers = screen(tmp_path)
    assert len(answers) == 24
    assert sum(answer["reason"] == reason for answer in answers) >= least


def test_the_endpoint_model_says_the_same(samples: Path) -> None:
    """Within the tolerance that the model card states for the two exports."""
    card = json.loads((ROOT / "models" / "model_card.json").read_text())
    answers = parse_lines(run_command("--json", "--model", "endpoint", samples))
    pairs = zip(screen(samples), answers, strict=True)
    for cpu, endpoint in pairs:
        difference = abs(cpu["probability"] - endpoint["probability"])
        assert difference <= card["tolerance"]["probability"]
        assert cpu["decision"] == endpoint["decision"]
