"""Reads the newest films of a site's children that have a label, from S3."""

from collections.abc import Iterator
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


def read_films(s3: Any, bucket: str, *, site: str, card: ModelCard, limit: int) -> list[Film]:
    """At most `limit` films of children that the card's model answered, newest first."""
    return list(islice(_read_films(s3, bucket, site=site, card=card), limit))


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


def _read_films(s3: Any, bucket: str, *, site: str, card: ModelCard) -> Iterator[Film]:
    examined = islice(list_radiographs(s3, bucket, site), MAX_EXAMINED)
    for film in film_records.read_films(s3, bucket, examined):
        label = find_usable_label(film.record, card.model_version) if film.record else None
        if film.record is not None and film.record.answer is not None and label is not None:
            log_odds = calibrate(film.record.answer.logit, card.children)
            yield Film(log_odds=log_odds, has_pneumonia=label.has_pneumonia)
