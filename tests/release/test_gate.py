"""The gate's command writes card and bucket, names what is worse, and checks the seeds."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from release import gate
from release.models_bucket import StageModelsBucket
from release.stage_account import find_stage
from tests.release.stage import Stage, start_stage
from training.artefact.model_folder import read_model_folder
from training.comparison import compare_models

Run = Callable[..., int]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        yield stage


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("predictions")


@pytest.fixture(autouse=True)
def equal_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other load on the machine must not decide a test."""
    monkeypatch.setattr(
        compare_models, "measure_speed", lambda folders, *, turns: [0.01] * len(folders)
    )


@pytest.fixture
def challenger(smoke: Path, tmp_path: Path) -> Path:
    return shutil.copytree(smoke, tmp_path / "challenger")


@pytest.fixture
def run(drawn_data: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command on the drawn films, and returns its exit status."""

    def run_gate(*words: object) -> int:
        options = ("--data", drawn_data, "--cache", cache)
        monkeypatch.setattr(sys, "argv", ["gate", *map(str, (*words, *options))])
        return gate.main()

    return run_gate


def read_card(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "model_card.json").read_text()))


def test_a_gate_that_is_passed_is_in_the_card_and_beside_the_registered_version(
    stage: Stage, smoke: Path, challenger: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stage.run("register", str(smoke)).returncode == 0
    version = read_model_folder(smoke).version
    assert run(challenger, "--against", smoke, "--stage", "dev") == 0
    output = capsys.readouterr().out
    assert f"{version} passes the gate against {version}." in output
    assert "One seed of the recipe" in output
    section = read_card(challenger)["gate"]
    assert (section["passed"], section["against"], section["seeds"]) == (True, version, 1)
    assert StageModelsBucket(find_stage("dev")).list_gates(version, against=version) == [section]


def test_a_refused_challenger_is_named_with_what_is_worse(
    smoke: Path, challenger: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    card = read_card(challenger)
    card["populations"]["child"]["calibration"]["shift"] = -60.0
    (challenger / "model_card.json").write_text(json.dumps(card))
    assert run(challenger, "--against", smoke) == 1
    output = capsys.readouterr().out
    assert "is refused by the gate against" in output
    assert "sensitivity: on children, all films it is worse by" in output
    assert read_card(challenger)["gate"]["passed"] is False


def test_a_seed_that_is_named_twice_is_refused(
    smoke: Path, challenger: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(challenger, smoke, "--against", smoke) == 2
    assert capsys.readouterr().err == (
        "Two of the models have the same seed: name each seed once.\n"
    )


def test_a_model_of_another_recipe_is_no_seed(
    smoke: Path, challenger: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(challenger, "models", "--against", smoke) == 2
    assert "is of another recipe than" in capsys.readouterr().err


def test_where_nothing_answers_a_first_version_needs_no_gate(
    stage: Stage, challenger: Path, run: Run
) -> None:
    assert run(challenger, "--stage", "dev") == 2
