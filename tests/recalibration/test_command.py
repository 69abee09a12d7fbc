"""A site is recalibrated on enough reviews of the current model, and undone, after a yes."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contracts import keys
from contracts.sites import SettingsVersion, SiteSettings
from recalibration import command
from recalibration.command import undo
from recalibration.history import list_recalibrations
from recalibration.review_labels import read_films
from recalibration.target import RecalibrationError, Target
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
    target = Target(
        s3=aws.s3,
        facts_bucket="facts",
        images_bucket="pictures",
        models_bucket="models",
        by="operator",
    )
    settings = SiteSettings(prevalence=0.5)
    store(target).read_or_create(NORTH, deployed=settings, at="2026-11-28T16:00:00.000Z")
    return target


@pytest.fixture
def put_films(aws: Aws, golden: Golden) -> PutFilms:
    """Puts facts of films that were answered and reviewed."""
    kinds = ("created", "received", "screened", "reviewed")

    def put(count: int, finding: str = "", *, is_blind: bool = False, **answer: Any) -> None:
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
                    fact["is_blind"] = is_blind
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


def recalibrate(target: Target, site: str, *, confirm: Callable[[str], bool]) -> str:
    return command.recalibrate(target, site, why="Dr. Example: a new scanner", confirm=confirm)


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
    put_films(15, decision="pneumonia", logit=find_logit(2.0), cautions=["photographed"])
    put_films(14, decision="no_pneumonia", logit=find_logit(-2.0), population=None)
    put_films(30, "no_pneumonia", decision="pneumonia", logit=find_logit(2.0), **others)
    with pytest.raises(RecalibrationError, match="29 are reviewed: 15 with"):
        recalibrate(target, NORTH, confirm=agree)
    put_films(1, decision="no_pneumonia", logit=find_logit(-2.0))
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
    put_films(15, decision="pneumonia", logit=find_logit(2.0))
    put_films(15, decision="no_pneumonia", logit=find_logit(-2.0))
    if is_undo:
        recalibrate(target, NORTH, confirm=agree)
    number = read_newest(target).number
    with pytest.raises(RecalibrationError, match=r"Nothing was stored\."):
        (undo if is_undo else recalibrate)(target, NORTH, confirm=lambda _: False)
    assert read_newest(target).number == number


def test_a_change_during_the_question_is_not_overwritten(
    target: Target, put_films: PutFilms
) -> None:
    put_films(15, decision="pneumonia", logit=find_logit(2.0))
    put_films(15, decision="no_pneumonia", logit=find_logit(-2.0))

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


def put_shifted_site(put_films: PutFilms) -> None:
    put_films(10, decision="pneumonia", logit=find_logit(4.0))
    put_films(10, "no_pneumonia", decision="pneumonia", logit=find_logit(1.5))
    put_films(12, decision="no_pneumonia", logit=find_logit(-4.0))


def test_a_recalibration_that_is_no_better_on_unseen_patients_is_refused(
    target: Target, put_films: PutFilms
) -> None:
    put_shifted_site(put_films)
    recalibrate(target, NORTH, confirm=agree)
    # The values that count now are the best for these very films.
    with pytest.raises(RecalibrationError, match=r"Refused: .* log loss is 0\.\d+, and 0\."):
        recalibrate(target, NORTH, confirm=agree)
    assert read_newest(target).number == 2


def test_nobody_recalibrates_without_a_reason(
    target: Target, put_films: PutFilms, capsys: pytest.CaptureFixture[str]
) -> None:
    put_shifted_site(put_films)
    with pytest.raises(RecalibrationError, match="say who approves it and why, by WHY"):
        command.recalibrate(target, NORTH, why=" ", confirm=agree)
    assert "log loss" in capsys.readouterr().out
    assert read_newest(target).number == 1


def test_each_recalibration_has_a_card_and_an_undo_is_seen_in_the_list(
    target: Target, put_films: PutFilms
) -> None:
    put_shifted_site(put_films)
    recalibrate(target, NORTH, confirm=agree)
    [release] = list_recalibrations(target.s3, target.facts_bucket)
    card, newest = release.card, read_newest(target)
    assert (release.counts, card.number, card.by) == (True, 2, "operator")
    assert card.why == "Dr. Example: a new scanner" and card.why in newest.reason
    assert (card.slope, card.offset) == (newest.settings.slope, newest.settings.offset)
    assert (card.films, card.patients, card.films_with_pneumonia) == (32, 32, 10)
    assert card.evidence == {"one_reader": 32} and card.blind_films == 0
    assert card.log_loss_after < card.log_loss_before
    undo(target, NORTH, confirm=agree)
    assert [each.counts for each in list_recalibrations(target.s3, target.facts_bucket)] == [False]


def test_films_of_one_patient_are_never_on_both_sides(
    target: Target, put_films: PutFilms, aws: Aws
) -> None:
    """All films of one patient: without another, nothing can be learnt for it."""
    put_shifted_site(put_films)
    listing = aws.s3.list_objects_v2(Bucket="facts", Prefix=keys.index_prefix(NORTH))
    identity = json.dumps({"dicom": {"patient_id": "4711"}})
    for item in listing["Contents"]:
        radiograph = keys.parse_index_entry(item["Key"])[0]
        aws.s3.put_object(Bucket="pictures", Key=keys.identity(radiograph), Body=identity)
    with pytest.raises(RecalibrationError, match="Refused"):
        recalibrate(target, NORTH, confirm=agree)


def test_films_that_were_read_blind_come_first(target: Target, put_films: PutFilms) -> None:
    put_films(3, decision="pneumonia")
    put_films(2, decision="no_pneumonia", is_blind=True)
    put_films(3, decision="pneumonia")
    films = read_films(target.s3, "facts", site=NORTH, card=parse_card(CARD), limit=4)
    assert [film.was_read_blind for film in films] == [True, True, False, False]
