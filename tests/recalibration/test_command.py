"""A site is recalibrated on enough reviews of the current model, and undone, after a yes."""

from dataclasses import replace

import pytest

from contracts.sites import SiteSettings
from recalibration import command
from recalibration.command import undo
from recalibration.history import list_recalibrations
from recalibration.target import RecalibrationError, Target
from tests.recalibration.reviewed_site import (
    NORTH,
    PutFilms,
    agree,
    find_logit,
    put_shifted_site,
    read_newest,
    recalibrate,
    store,
)


def test_reviews_that_disagree_with_positives_lower_the_offset(
    target: Target, put_films: PutFilms, capsys: pytest.CaptureFixture[str]
) -> None:
    put_shifted_site(put_films)
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
