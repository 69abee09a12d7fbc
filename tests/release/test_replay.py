"""Stored films of a stage are answered again by a challenger, and nothing of a patient is shown."""

import datetime as dt
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from contracts import keys
from contracts.serialisation import serialise
from contracts.training import parameter_name
from phantoms.chest import draw_phantom
from release import compare
from release.replay import describe_replay, replay
from release.stage_account import StageError, find_stage
from screening.images import encode_rendition
from tests.conftest import ROOT, Golden
from tests.release.stage import ENVIRONMENT, Stage, start_stage

NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
NAME = "Jane Example"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """A stage with buckets of facts and images."""
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        for bucket in ("facts", "images"):
            stage.client("s3").create_bucket(Bucket=bucket)
        environment = replace(ENVIRONMENT, facts_bucket="facts", images_bucket="images")
        stage.client("ssm").put_parameter(
            Name=parameter_name("dev"),
            Value=json.dumps(serialise(environment)),
            Type="String",
            Overwrite=True,
        )
        yield stage


@pytest.fixture(scope="module")
def put_film(stage: Stage, golden: Golden) -> Callable[..., str]:
    """Stores a phantom with the facts of an answer and a review."""
    s3 = stage.client("s3")
    film = encode_rendition(draw_phantom())

    def put(name: str, *, at: str = "2026-11-23T08:00:00.000Z", finding: str = "pneumonia") -> str:
        radiograph = keys.radiograph_id("siteNorth", name)
        for number, kind in enumerate(("created", "received", "screened", "reviewed"), start=1):
            fact = golden(f"facts/{kind}.json") | {"radiograph_id": radiograph, "sequence": number}
            fact |= {"at": at} if kind == "created" else {}
            fact |= {"finding": finding} if kind == "reviewed" else {}
            s3.put_object(Bucket="facts", Key=keys.fact(radiograph, number), Body=json.dumps(fact))
        s3.put_object(Bucket="facts", Key=keys.index("siteNorth", at, radiograph))
        s3.put_object(Bucket="images", Key=keys.original(radiograph), Body=film)
        identity = json.dumps({"dicom": {"patient_name": NAME}})
        s3.put_object(Bucket="images", Key=keys.identity(radiograph), Body=identity)
        return radiograph

    return put


def build_challenger(folder: Path, *, shift: float) -> Path:
    """The bundled network, which assesses every film and shifts its log odds."""
    shutil.copytree(ROOT / "models", folder)
    path = folder / "model_card.json"
    card = json.loads(path.read_text())
    card |= {"typicality_limit": -1e9, "min_adult_log_odds": 1e9}
    card["populations"]["child"]["calibration"]["shift"] = shift
    path.write_text(json.dumps(card))
    return folder


@pytest.fixture(scope="module")
def films(put_film: Callable[..., str]) -> list[str]:
    return [
        put_film("agreed"),
        put_film("wrong", finding="no_pneumonia"),
        put_film("open", finding="cannot_tell"),
    ]


@pytest.fixture(scope="module")
def negative(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_challenger(tmp_path_factory.mktemp("negative") / "models", shift=-60.0)


def test_films_that_flip_are_listed_and_agreement_follows_the_reviews(
    stage: Stage, films: list[str], negative: Path
) -> None:
    result = replay(find_stage("dev"), negative, days=7, now=NOW)
    assert dict(result.transitions) == {("pneumonia", "no_pneumonia"): 3}
    assert result.count_agreement(is_after=False) == (1, 2)
    assert result.count_agreement(is_after=True) == (1, 2)
    text = "\n".join(describe_replay(result))
    assert all(f"{film}: pneumonia -> no_pneumonia" in text for film in films)
    assert NAME not in text


def test_a_model_that_answers_as_before_changes_nothing(
    stage: Stage, films: list[str], tmp_path: Path
) -> None:
    positive = build_challenger(tmp_path / "models", shift=60.0)
    result = replay(find_stage("dev"), positive, days=7, now=NOW)
    assert dict(result.transitions) == {("pneumonia", "pneumonia"): 3}
    assert not any(film.is_flipped for film in result.films)


def test_films_before_the_days_are_not_read(
    stage: Stage, films: list[str], put_film: Callable[..., str], negative: Path
) -> None:
    put_film("old", at="2026-10-01T08:00:00.000Z")
    result = replay(find_stage("dev"), negative, days=7, now=NOW)
    assert sorted(film.radiograph_id for film in result.films) == sorted(films)
    assert len(replay(find_stage("dev"), negative, days=90, now=NOW).films) == 4


def test_a_film_without_its_original_is_counted(
    stage: Stage, films: list[str], put_film: Callable[..., str], negative: Path
) -> None:
    radiograph = put_film("deleted")
    s3 = stage.client("s3")
    s3.delete_object(Bucket="images", Key=keys.original(radiograph))
    result = replay(find_stage("dev"), negative, days=7, now=NOW)
    s3.delete_object(
        Bucket="facts", Key=keys.index("siteNorth", "2026-11-23T08:00:00.000Z", radiograph)
    )
    assert (len(result.films), result.unreadable) == (3, 1)


def test_the_command_prints_no_identity(
    stage: Stage,
    films: list[str],
    negative: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["compare", str(negative), "--replay", "dev", "--days", "36500"]
    monkeypatch.setattr(sys, "argv", words)
    assert compare.main() == 0
    output = capsys.readouterr().out
    assert all(f"{film}: pneumonia -> no_pneumonia" in output for film in films)
    assert NAME not in output


def test_a_stage_of_an_earlier_release_says_what_to_do(negative: Path, stage: Stage) -> None:
    account = find_stage("dev")
    environment = replace(ENVIRONMENT, facts_bucket="", images_bucket="")
    earlier = replace(account, environment=environment)
    with pytest.raises(StageError, match="does not say where its films lie"):
        replay(earlier, negative, days=7, now=NOW)
