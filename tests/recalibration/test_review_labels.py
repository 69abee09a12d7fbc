"""Which reviewed films a recalibration counts, and how it divides them."""

import json
from typing import Any

import pytest

from contracts import keys
from recalibration.review_labels import read_films
from recalibration.target import RecalibrationError, Target
from screening.card import parse_card
from tests.lambdas.calls import Aws
from tests.recalibration.reviewed_site import (
    CARD,
    NORTH,
    PutFilms,
    agree,
    find_logit,
    put_shifted_site,
    read_newest,
    recalibrate,
)

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
