"""Models are compared by folder or by registered version, and predictions are computed once."""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from release import compare
from release.compare import compare_folders
from release.registered_model import download_version, find_model
from release.stage_account import StageError, find_stage
from tests.release.stage import Stage, start_stage
from training.artefact.model_folder import file_sha256, folder_sha256, read_model_folder
from training.evaluation.ledger import read_ledger


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        yield stage


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("predictions")


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["compare", *map(str, words)])
    return compare.main()


def test_two_models_are_compared_and_a_report_is_written(
    smoke: Path,
    drawn_data: Path,
    cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = [smoke, smoke, "--data", drawn_data, "--cache", cache, "--out", tmp_path]
    assert run(monkeypatch, *words) == 0
    output = capsys.readouterr().out
    assert "McNemar, exact, p = 1" in output
    [page] = tmp_path.rglob("README.md")
    assert f"Report: {page}" in output
    text = page.read_text()
    row = r"\| films with noise, \d+ \|  \| accuracy, mean of strengths \|.* \+0.0000 \(the same in"
    assert re.search(row, text)
    plots = [part.partition(")")[0] for part in text.split("](")[1:]]
    assert len(plots) == 3
    assert all((page.parent / name).stat().st_size > 1000 for name in plots)


def test_predictions_are_not_computed_again(
    smoke: Path, drawn_data: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does a changed card: calibration and threshold are applied to what is stored."""
    from training.comparison import cached_model

    compare_folders([smoke, smoke], data=drawn_data, cache=cache)
    monkeypatch.setattr(cached_model, "serve_pixels", None)
    [comparison] = compare_folders([smoke, smoke], data=drawn_data, cache=cache)
    assert comparison.groups[0].changes["auc"].difference == 0


def test_test_films_cost_a_line_of_the_ledger(
    smoke: Path, drawn_data: Path, cache: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(smoke, tmp_path / "model")
    ledger = tmp_path / "ledger.csv"
    [comparison] = compare_folders(
        [folder, folder], data=drawn_data, split_name="test", ledger=ledger, cache=cache
    )
    assert [row["model_version"] for row in read_ledger(ledger)] == [comparison.baseline.version]
    assert len(comparison.films.children.labels) == 12
    assert comparison.cautions == ["These are test films: no model may be chosen by them."]


def test_a_try_is_refused_by_the_ledger_of_the_test_set(
    smoke: Path,
    drawn_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, smoke, smoke, "--data", drawn_data, "--split", "test") == 2
    assert "does not belong into the ledger" in capsys.readouterr().err


def test_one_model_is_too_few(
    smoke: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, smoke) == 2
    assert capsys.readouterr().err == "Name at least two models: the baseline first.\n"


def test_a_registered_version_is_downloaded_whole_and_once(
    stage: Stage, smoke: Path, tmp_path: Path
) -> None:
    assert stage.run("register", str(smoke)).returncode == 0
    version = read_model_folder(smoke).version
    folder = download_version(find_stage("dev"), version, folder=tmp_path)
    assert file_sha256(folder / "cpu.tflite") == file_sha256(smoke / "cpu.tflite")
    assert folder_sha256(folder / "saved_model") == folder_sha256(smoke / "saved_model")
    stage.client("s3").delete_object(Bucket="models", Key=f"models/{version}/cpu.tflite")
    assert download_version(find_stage("dev"), version, folder=tmp_path) == folder
    assert [path.name for path in folder.parent.iterdir()] == [version]


def test_a_version_that_is_not_there_is_named(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(StageError, match="Version default-00000000 of dev cannot be read"):
        download_version(find_stage("dev"), "default-00000000", folder=tmp_path)


def test_a_name_without_a_folder_or_a_stage_is_refused() -> None:
    with pytest.raises(StageError, match="There is no folder modles here"):
        find_model("modles", stage=None)


def test_the_bundled_version_needs_no_download() -> None:
    version = read_model_folder(Path("models")).version
    assert find_model(version, stage="dev") == Path("models")
