"""Reads the films of a site's children that have a label, from S3, to fit its calibration to."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from contracts.labels import Label, find_label, is_childs_answer
from contracts.record import Record
from recalibration.platt import Film
from screening.answer import calibrate
from screening.card import ModelCard
from storage import film_records
from storage.facts import list_radiographs

# A site with fewer reviews than are needed among so many films has other work to do first.
MAX_EXAMINED = 5_000
# Of so many times the films that are used, those that were read blind are used first.
_POOL = 3


@dataclass(frozen=True, kw_only=True)
class LabelledFilm:
    """`was_read_blind`: a doctor stated a finding without the answer. Such films are drawn at
    random, so they are like all films of the site.
    """

    radiograph_id: str
    film: Film
    label: Label
    was_read_blind: bool


def read_films(
    s3: Any, bucket: str, *, site: str, card: ModelCard, limit: int
) -> list[LabelledFilm]:
    """At most `limit` films of children that the card's model answered: of the newest with a label
    those that were read blind, then the newest others.

    Films with an outcome do not come first: the ill have more of them, and a share of ill films
    that is not the site's would move the offset.
    """
    pool = islice(_read_films(s3, bucket, site=site, card=card), limit * _POOL)
    return sorted(pool, key=lambda film: not film.was_read_blind)[:limit]


def find_usable_label(record: Record, model_version: str) -> Label | None:
    """None where there is no label, or the answer has no probability, is of another model version,
    or not one of a child.
    """
    answer = record.answer
    if answer is None or answer.model_version != model_version:
        return None
    if not answer.is_assessed or not is_childs_answer(answer):
        return None
    label = find_label(record)
    return label if isinstance(label, Label) else None


def _read_films(s3: Any, bucket: str, *, site: str, card: ModelCard) -> Iterator[LabelledFilm]:
    examined = islice(list_radiographs(s3, bucket, site), MAX_EXAMINED)
    for stored in film_records.read_films(s3, bucket, examined):
        record = stored.record
        label = find_usable_label(record, card.model_version) if record else None
        if record is not None and record.answer is not None and label is not None:
            log_odds = calibrate(record.answer.logit, card.children)
            yield LabelledFilm(
                radiograph_id=record.radiograph_id,
                film=Film(log_odds=log_odds, has_pneumonia=label.has_pneumonia),
                label=label,
                was_read_blind=any(review.is_blind for review in record.reviews),
            )
