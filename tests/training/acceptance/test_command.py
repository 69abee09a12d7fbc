"""The command answers as the product does, and writes its report beside the data only."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.local.screen_command import screen
from tests.release.stage import Stage, start_stage
from training import accept
from training.acceptance import calibration, metrics
from training.acceptance.films import read_films
from training.acceptance.screen_films import read_release, screen_films
from training.artefact.model_folder import ModelFolderError, read_model_folder
from training.data.manifest import DataError
from training.errors import TrainingError
from training.evaluation.ledger import read_ledger


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "RESAMPLES", 20)
    monkeypatch.setattr(calibration, "_RESAMPLES", 20)


def read_result(out: Path) -> dict[str, Any]:
    [path] = out.glob("*.json")
    result: dict[str, Any] = json.loads(path.read_text())
    return result


def test_the_answers_are_those_of_the_product(site: Path) -> None:
    release = read_release(ROOT / "models")
    for film in screen_films(read_films(site, split=None), release):
        [expected] = screen(site / film.film.name)
        answer = film.answer(release.card, None)
        if answer is None:
            assert (expected["state"], expected["reason"]) == ("rejected", film.rejection)
        else:
            # The label file gives an age that the file does not.
            assert film.film.name == "ramp.png" or film.age_years == expected["age_years"]
            assert expected["decision"] == answer.decision
            assert expected["probability"] == (answer.probability if answer.is_assessed else None)


def test_page_json_and_ledger_lie_beside_the_data(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "site"
    shutil.copytree(site, data)
    accept.run(["--data", str(data), "--prevalence", "0.1", "--offset", "0.5"])
    result = read_result(data / "acceptance")
    assert result["data"]["films"] == 14
    card, at_site = (result["points"][name] for name in ("card", "site"))
    assert card["metrics"]["refused"] == pytest.approx(2 / 14)
    assert card["settings"] is None
    assert at_site["settings"]["offset"] == 0.5
    assert "ppv_at_site" in at_site["metrics"]
    outcomes = {row["outcome"] for row in card["outcomes"]}
    assert {"file_rejected", "age_disagrees"} <= outcomes
    [path] = (data / "acceptance").glob("*.html")
    page = path.read_text()
    # It loads nothing: all that is left of addresses are the names of SVG's elements.
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "").replace(
        "http://www.w3.org/1999/xlink", ""
    )
    assert "<script" not in page
    assert "too small" in page
    worst = {row["file"] for row in result["worst_errors"]}
    assert worst <= {"normal-1.dcm", "pneumonia-1.dcm"}
    assert all(name in page for name in worst)
    ledger = data / "acceptance" / "ledger.csv"
    assert [row["point"] for row in read_ledger(ledger)] == ["card", "site"]
    assert ".dcm" not in ledger.read_text()
    assert "The report is" in capsys.readouterr().out


def test_a_second_run_is_a_second_row(drawn_data: Path, smoke: Path, tmp_path: Path) -> None:
    options = ["--data", str(drawn_data), "--model", str(smoke), "--out", str(tmp_path)]
    for _ in range(2):
        accept.run(options)
    rows = read_ledger(tmp_path / "ledger.csv")
    assert len(rows) == 2
    assert rows[0]["films"] == "12"
    assert rows[0]["split"] == "test"
    assert rows[0]["model_version"].startswith("smoke-")
    assert "are the test films" in read_result(tmp_path)["data"]["notes"][0]


def test_films_that_get_no_answer_still_give_a_report(site: Path, tmp_path: Path) -> None:
    for label in ("NORMAL", "PNEUMONIA"):
        shutil.copy(site / "empty.png", tmp_path / f"{label}.png")
    (tmp_path / "labels.csv").write_text("file,label\nNORMAL.png,NORMAL\nPNEUMONIA.png,PNEUMONIA\n")
    accept.run(["--data", str(tmp_path)])
    result = read_result(tmp_path / "acceptance")
    assert result["points"]["card"]["metrics"]["refused"] == 1.0
    assert result["points"]["card"]["metrics"]["auc"] is None
    assert result["points"]["card"]["calibration"] is None
    assert result["data"]["films_without_patient"] == 2


def test_nothing_is_written_into_the_public_code(site: Path) -> None:
    with pytest.raises(DataError, match="is in the public code"):
        accept.run(["--data", str(site), "--out", str(ROOT / "training" / "reports")])


def test_a_folder_without_a_model_is_named(site: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError, match="There is no model in"):
        accept.run(["--data", str(site), "--model", str(tmp_path), "--out", str(tmp_path)])


def test_a_version_without_its_stage_is_named(site: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError, match=r"no folder joint-0 here\. .* --stage dev"):
        accept.run(["--data", str(site), "--model", "joint-0", "--out", str(tmp_path)])


def test_other_weights_than_the_card_describes_are_refused(site: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "models" / "model_card.json", tmp_path)
    (tmp_path / "cpu.tflite").write_bytes(b"other weights")
    with pytest.raises(ModelFolderError, match="is not the file of card"):
        accept.run(["--data", str(site), "--model", str(tmp_path), "--out", str(tmp_path)])


def test_a_registered_version_is_tested_and_an_unknown_one_is_named(
    site: Path, tmp_path: Path
) -> None:
    version = read_model_folder(ROOT / "models").version
    options = ["--data", str(site), "--out", str(tmp_path), "--stage", "dev"]
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        with pytest.raises(TrainingError, match="Version joint-0 is not in models"):
            accept.run([*options, "--model", "joint-0"])
        assert list(tmp_path.iterdir()) == []
        _put(stage, version)
        accept.run([*options, "--model", version])
    assert read_result(tmp_path)["model_version"] == version


def _put(stage: Stage, version: str) -> None:
    for name in ("cpu.tflite", "model_card.json"):
        key = f"models/{version}/{name}"
        content = (ROOT / "models" / name).read_bytes()
        stage.client("s3").put_object(Bucket="models", Key=key, Body=content)


def test_the_command_needs_no_tensorflow(site: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['tensorflow'] = None; from training.accept import run; "
        f"run(['--data', {str(site)!r}, '--out', {str(tmp_path)!r}])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_an_error_is_a_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "training.accept", "--data", str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"There are no labelled films in {tmp_path}")


@pytest.mark.data
def test_real_films_that_validation_has_are_ranked_well(data: Path, tmp_path: Path) -> None:
    from training.data.manifest import read_manifest
    from training.data.split import split_by_patient

    validation = split_by_patient(read_manifest(data), share=0.15).validation
    rows = []
    for pneumonia, label in ((False, "NORMAL"), (True, "PNEUMONIA")):
        for film in [each for each in validation if each.pneumonia == pneumonia][:20]:
            (tmp_path / film.path.name).symlink_to(film.path.resolve())
            rows.append(f"{film.path.name},{label},{film.patient}")
    (tmp_path / "labels.csv").write_text("\n".join(["file,label,patient", *rows]) + "\n")
    accept.run(["--data", str(tmp_path)])
    measured = read_result(tmp_path / "acceptance")["points"]["card"]["metrics"]
    assert measured["auc"] > 0.95
    assert measured["refused"] < 0.1
