"""One command leads from an answer to its model, commit, data, approval, reviews and settings."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts import keys, model_layout
from contracts.answers import Answer, Decision, Predictor
from contracts.deletion import DeletionReason
from contracts.facts import (
    AgeCorrected,
    Created,
    Deleted,
    Fact,
    Received,
    Reviewed,
    ReviewWithdrawn,
    Screened,
)
from contracts.findings import Finding, Verdict
from contracts.image import ImageDescription
from contracts.serialisation import serialise
from contracts.sites import SettingsVersion, SiteSettings
from contracts.training import parameter_name
from storage.site_settings import SiteSettingsStore
from tests.release.stage import ENVIRONMENT, Stage, start_stage
from training.artefact.model_folder import read_model_folder

FILM = keys.radiograph_id("siteNorth", "lineage")
DELETED = keys.radiograph_id("siteNorth", "deleted")
SHA256 = "5a" * 32


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        yield stage


@pytest.fixture(scope="module")
def child(smoke: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose training began with the weights of the smoke model."""
    folder = tmp_path_factory.mktemp("child") / "model"
    shutil.copytree(smoke, folder)
    card = json.loads((folder / model_layout.CARD_FILE).read_text())
    card["model_version"] = "child-1"
    card["provenance"]["warm_start"] = read_model_folder(smoke).version
    card["provenance"]["training"][-1]["commit"] = "c0ffee" * 6
    (folder / model_layout.CARD_FILE).write_text(json.dumps(card))
    return folder


def _build_answer(card: dict[str, Any], **changes: Any) -> Answer:
    answer = Answer(
        decision=Decision.PNEUMONIA,
        reason=None,
        logit=1.5,
        probability=0.8123,
        shown_probability=0.4,
        prevalence=0.1,
        site_prevalence=True,
        like_this_per_100=40,
        positive=True,
        threshold=0.5,
        band=(0.4, 0.6),
        typicality=3.0,
        cautions=(),
        predictor=Predictor.CPU,
        model_version=card["model_version"],
        artefact_sha256=card["artefacts"]["cpu"]["sha256"],
    )
    return replace(answer, **changes)


def _write_facts(stage: Stage, radiograph: str, answer: Answer, *, deleted: bool) -> None:
    def at(minute: int) -> dict[str, Any]:
        return {"radiograph_id": radiograph, "at": f"2026-11-29T10:{minute:02}:00.000Z"}

    image = ImageDescription(
        rows=224,
        columns=224,
        file_format="PNG",
        view="AP",
        laterality=None,
        burned_in_annotation=None,
    )
    facts: list[Fact] = [
        Created(
            **at(0), sequence=1, site="siteNorth", by="doctor-1", declared_bytes=9, age_years=3
        ),
        Received(**at(1), sequence=2, object_version="v", bytes=9, sha256=SHA256),
        Screened(
            **at(2),
            sequence=3,
            answer=answer,
            image=image,
            age_years=3,
            seconds=1.0,
            settings_version=2,
        ),
        Reviewed(
            **at(3),
            sequence=4,
            by="doctor-2",
            verdict=Verdict.DISAGREE,
            review_id="r1",
            finding=Finding.NO_PNEUMONIA,
        ),
        ReviewWithdrawn(**at(4), sequence=5, by="doctor-2", review_id="r1"),
        AgeCorrected(
            **at(5),
            sequence=6,
            by="doctor-2",
            age_years=4,
            answer=replace(answer, probability=0.7),
            settings_version=2,
        ),
    ]
    if deleted:
        facts.append(
            Deleted(**at(6), sequence=7, by="admin-1", reason=DeletionReason.WRONG_PATIENT)
        )
    for fact in facts:
        stage.client("s3").put_object(
            Bucket=ENVIRONMENT.facts_bucket,
            Key=keys.fact(radiograph, fact.sequence),
            Body=json.dumps(serialise(fact)),
        )


@pytest.fixture(scope="module")
def answered(stage: Stage, smoke: Path, child: Path) -> Stage:
    """A film with an answer, a review and another age, and the same one deleted."""
    for folder in (smoke, child):
        result = stage.run("register", str(folder))
        assert result.returncode == 0, result.stderr
    result = stage.run("promote", "child-1", "--approve", "read by Dr. Example")
    assert result.returncode == 0, result.stderr
    store = SiteSettingsStore(stage.client("s3"), ENVIRONMENT.facts_bucket)
    for number in (1, 2):
        store.write(
            SettingsVersion(
                site="siteNorth",
                number=number,
                at="2026-11-01T08:00:00.000Z",
                by="admin-1",
                reason="Winter",
                settings=SiteSettings(prevalence=0.1 * number, slope=1.1, offset=-0.25),
            )
        )
    card = read_model_folder(child).card
    _write_facts(stage, FILM, _build_answer(card), deleted=False)
    _write_facts(stage, DELETED, _build_answer(card, artefact_sha256="0" * 64), deleted=True)
    return stage


def _follow(stage: Stage, start: str) -> str:
    result = stage.run("lineage", start)
    assert result.returncode == 0, result.stderr
    return re.sub(r"\s+", " ", result.stdout)


def test_an_answer_leads_to_everything_that_it_came_from(answered: Stage, child: Path) -> None:
    text = _follow(answered, FILM)
    card = read_model_folder(child).card
    for words in (
        f"Radiograph {FILM}",
        f"9 bytes, sha256 {SHA256}",
        "pneumonia, probability 0.812 (threshold 0.500), by child-1 on the cpu",
        "settings 2",
        "account doctor-2 finds no_pneumonia, verdict disagree",
        "review withdrawn",
        "answered for another age",
        "Settings 2 of siteNorth",
        "prevalence │ 0.2",
        "1.1, -0.25",
        "The artefact that answered is that of the card of child-1.",
        "c0ffee" * 6,
        card["data"]["train_sha256"],
        "read by Dr. Example",
        f"Its first weights are those of {card['provenance']['warm_start']}:",
    ):
        assert words in text


def test_an_age_is_not_said(answered: Stage) -> None:
    rows = [line for line in _follow(answered, FILM).split("│") if "another age" in line]
    assert rows
    assert not [row for row in rows if re.search(r"\b[34]\b", row)]


def test_a_film_that_was_deleted_keeps_its_lineage(answered: Stage) -> None:
    text = _follow(answered, DELETED)
    assert "account admin-1, reason wrong_patient" in text
    assert "by child-1 on the cpu" in text


def test_other_bytes_than_those_of_the_card_are_said(answered: Stage) -> None:
    text = _follow(answered, DELETED)
    assert "The artefact that answered is NOT that of the card of child-1." in text


def test_a_version_has_a_lineage_of_its_own(answered: Stage, smoke: Path) -> None:
    text = _follow(answered, "child-1")
    assert "Radiograph" not in text
    assert read_model_folder(smoke).version in text


def test_a_version_whose_files_are_gone_is_named(answered: Stage, child: Path) -> None:
    radiograph = keys.radiograph_id("siteNorth", "gone")
    card = {**read_model_folder(child).card, "model_version": "gone-1"}
    _write_facts(answered, radiograph, _build_answer(card), deleted=False)
    assert "gone-1 answered, and is gone: There is no version gone-1" in _follow(
        answered, radiograph
    )


def test_a_fact_that_cannot_be_read_is_counted(answered: Stage) -> None:
    radiograph = keys.radiograph_id("siteNorth", "unreadable")
    answered.client("s3").put_object(
        Bucket=ENVIRONMENT.facts_bucket, Key=keys.fact(radiograph, 1), Body=b"{"
    )
    assert "1 facts of a later release, or damaged" in _follow(answered, radiograph)


def test_a_film_that_the_stage_does_not_have_is_named(answered: Stage) -> None:
    result = answered.run("lineage", "a" * 26)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"There is no radiograph {'a' * 26} in dev.\n"


def test_a_stage_of_an_earlier_release_is_to_be_deployed_again(answered: Stage) -> None:
    ssm, name = answered.client("ssm"), parameter_name("dev")
    value = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    fields = {key: text for key, text in json.loads(value).items() if key != "facts_bucket"}
    ssm.put_parameter(Name=name, Value=json.dumps(fields), Overwrite=True)
    result = answered.run("lineage", FILM)
    ssm.put_parameter(Name=name, Value=value, Overwrite=True)
    assert result.returncode == 2
    assert result.stderr.rstrip().endswith("does not name its facts: make deploy STAGE=dev")
