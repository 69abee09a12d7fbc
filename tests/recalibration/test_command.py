"""A site is recalibrated on enough reviews of the current model, and undone, after a yes."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contracts import keys
from contracts.sites import SettingsVersion, SiteSettings
from recalibration.command import RecalibrationError, Target, recalibrate, undo
from screening.card import parse_card
from storage.site_settings import SiteSettingsStore
from tests.conftest import ROOT, Golden
from tests.lambdas.calls import Aws
from tests.lambdas.conftest import aws, decoder_process, moto_state, moto_url, redis_url

__all__ = ["aws", "decoder_process", "moto_state", "moto_url", "redis_url"]

NORTH = "siteNorth"
CARD = json.loads((ROOT / "models" / "model_card.json").read_text())
PutFilms = Callable[..., None]


@pytest.fixture
def target(aws: Aws) -> Target:
    target = Target(s3=aws.s3, facts_bucket="facts", models_bucket="models", by="operator")
    settings = SiteSettings(prevalence=0.5)
    store(target).read_or_create(NORTH, deployed=settings, at="2026-11-28T16:00:00.000Z")
    return target


@pytest.fixture
def put_films(aws: Aws, golden: Golden) -> PutFilms:
    """Puts facts of films that were answered and reviewed."""
    kinds = ("created", "received", "screened", "reviewed")

    def put(count: int, finding: str = "", **answer: Any) -> None:
        for _ in range(count):
            number = len(aws.s3.list_objects_v2(Bucket="facts").get("Contents", []))
            radiograph = keys.radiograph_id(NORTH, str(number))
            for sequence, kind in enumerate(kinds, start=1):
                fact = golden(f"facts/{kind}.json")
                fact |= {"radiograph_id": radiograph, "sequence": sequence}
                if kind == "screened":
                    fact["answer"] |= {"cautions": [], "model_version": CARD["model_version"]}
                    fact["answer"] |= answer
                if kind == "reviewed":
                    fact["finding"] = finding or answer["decision"]
                key = keys.fact(radiograph, sequence)
                aws.s3.put_object(Bucket="facts", Key=key, Body=json.dumps(fact))
            index = keys.index(NORTH, "2026-11-28T16:00:00.000Z", radiograph)
            aws.s3.put_object(Bucket="facts", Key=index)

    return put


def store(target: Target) -> SiteSettingsStore:
    return SiteSettingsStore(target.s3, target.facts_bucket)


def read_newest(target: Target) -> SettingsVersion:
    newest = store(target).read_newest(NORTH)
    assert newest is not None
    return newest


def find_logit(log_odds: float) -> float:
    """The network's output that the card calibrates to these log odds."""
    card = parse_card(CARD)
    return (log_odds - card.children.shift) * card.children.temperature


def agree(_: str) -> bool:
    return True


def test_reviews_that_disagree_with_positives_lower_the_offset(
    target: Target, put_films: PutFilms, capsys: pytest.CaptureFixture[str]
) -> None:
    put_films(10, decision="pneumonia", logit=find_logit(4.0))
    put_films(10, "no_pneumonia", decision="pneumonia", logit=find_logit(1.5))
    put_films(12, decision="no_pneumonia", logit=find_logit(-4.0))
    sentence = recalibrate(target, NORTH, confirm=agree)
    assert sentence == "Version 2 is stored and counts within 30 seconds."
    newest = read_newest(target)
    assert (newest.number, newest.by) == (2, "operator")
    assert newest.settings.offset < -0.3
    assert newest.settings.prevalence == 0.5
    output = capsys.readouterr().out
    for text in (
        "32 reviewed films of children: 10 with pneumonia, 22 without",
        "log loss",
        "verification",
    ):
        assert text in output
    undo(target, NORTH, confirm=agree)
    assert read_newest(target).number == 3
    assert read_newest(target).settings == SiteSettings(prevalence=0.5)


OTHERS: list[dict[str, Any]] = [
    {"population": "adult"},
    {"population": "of a later release"},
    {"cautions": ["age_outside"]},
    {"cautions": ["photographed", "age_outside"], "population": None},
]


@pytest.mark.parametrize("others", OTHERS)
def test_only_films_of_children_count(
    others: dict[str, Any], target: Target, put_films: PutFilms
) -> None:
    """Films of others neither fill the 30 nor move the fit."""
    put_films(15, decision="pneumonia", logit=find_logit(4.0), cautions=["photographed"])
    put_films(14, decision="no_pneumonia", logit=find_logit(-4.0), population=None)
    put_films(30, "no_pneumonia", decision="pneumonia", logit=find_logit(4.0), **others)
    with pytest.raises(RecalibrationError, match="29 are reviewed: 15 with"):
        recalibrate(target, NORTH, confirm=agree)
    put_films(1, decision="no_pneumonia", logit=find_logit(-4.0))
    recalibrate(target, NORTH, confirm=agree)
    settings = read_newest(target).settings
    assert settings.slope > 1 and abs(settings.offset) < 0.1


@pytest.mark.parametrize(
    ("positives", "negatives", "words"),
    [(4, 27, "31 are reviewed: 4 with pneumonia and 27"), (15, 14, "29 are reviewed")],
)
def test_too_few_reviews_are_counted_in_a_sentence(
    positives: int, negatives: int, words: str, target: Target, put_films: PutFilms
) -> None:
    put_films(positives, decision="pneumonia")
    put_films(negatives, decision="no_pneumonia")
    put_films(5, decision="pneumonia", model_version="default-0123abcd")
    with pytest.raises(RecalibrationError, match=words):
        recalibrate(target, NORTH, confirm=agree)
    assert read_newest(target).number == 1


@pytest.mark.parametrize("is_undo", [False, True])
def test_without_a_yes_nothing_is_stored(
    is_undo: bool, target: Target, put_films: PutFilms
) -> None:
    put_films(15, decision="pneumonia", logit=find_logit(4.0))
    put_films(15, decision="no_pneumonia", logit=find_logit(-4.0))
    if is_undo:
        recalibrate(target, NORTH, confirm=agree)
    number = read_newest(target).number
    with pytest.raises(RecalibrationError, match=r"Nothing was stored\."):
        (undo if is_undo else recalibrate)(target, NORTH, confirm=lambda _: False)
    assert read_newest(target).number == number


def test_a_change_during_the_question_is_not_overwritten(
    target: Target, put_films: PutFilms
) -> None:
    put_films(15, decision="pneumonia", logit=find_logit(4.0))
    put_films(15, decision="no_pneumonia", logit=find_logit(-4.0))

    def change_meanwhile(_: str) -> bool:
        return store(target).write(replace(read_newest(target), number=2, reason="Winter"))

    with pytest.raises(RecalibrationError, match="Somebody has changed"):
        recalibrate(target, NORTH, confirm=change_meanwhile)
    assert read_newest(target).reason == "Winter"


def test_the_first_version_cannot_be_undone(target: Target) -> None:
    with pytest.raises(RecalibrationError, match="only one version"):
        undo(target, NORTH, confirm=agree)


def test_a_site_without_settings_is_named(target: Target) -> None:
    with pytest.raises(RecalibrationError, match="SITE=siteWest has no settings"):
        recalibrate(target, "siteWest", confirm=agree)


def test_films_on_which_doctors_differ_do_not_count(
    target: Target, put_films: PutFilms, aws: Aws
) -> None:
    put_films(15, decision="pneumonia", logit=find_logit(4.0))
    put_films(15, decision="no_pneumonia", logit=find_logit(-4.0))
    radiograph = keys.radiograph_id(NORTH, "1")
    [*_, review] = aws.facts(radiograph)
    other = review | {"sequence": 5, "by": "b", "review_id": "b", "finding": "no_pneumonia"}
    aws.s3.put_object(Bucket="facts", Key=keys.fact(radiograph, 5), Body=json.dumps(other))
    with pytest.raises(RecalibrationError, match="29 are reviewed: 14 with"):
        recalibrate(target, NORTH, confirm=agree)
