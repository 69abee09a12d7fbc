"""Reads the newest films of a site whose answer a doctor has reviewed, from their facts in S3."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from contracts import keys
from contracts.answers import Decision
from contracts.facts import Verdict
from contracts.record import Record, State, fold
from contracts.serialisation import parse_fact
from recalibration.platt import Film
from screening.answer import calibrate
from screening.card import ModelCard

# A site with fewer reviews than are needed among so many films has other work to do first.
MAX_EXAMINED = 5_000
_CHUNK = 50
_THREADS = 8


def read_films(s3: Any, bucket: str, *, site: str, card: ModelCard, limit: int) -> list[Film]:
    """At most `limit` films that the card's model answered, newest first."""
    return list(islice(_read_films(s3, bucket, site=site, card=card), limit))


def find_label(record: Record, model_version: str) -> bool | None:
    """Whether the film has pneumonia, by its newest review; None where nobody has reviewed it, or
    the answer is neither pneumonia nor none, or is of another model version.
    """
    answer = record.answer
    if record.state is not State.SCREENED or answer is None or not record.reviews:
        return None
    if answer.model_version != model_version:
        return None
    if answer.decision not in (Decision.PNEUMONIA, Decision.NO_PNEUMONIA):
        return None
    verdict = record.reviews[-1].verdict
    if verdict not in (Verdict.AGREE, Verdict.DISAGREE):
        return None
    return (answer.decision == Decision.PNEUMONIA) == (verdict == Verdict.AGREE)


def _read_films(s3: Any, bucket: str, *, site: str, card: ModelCard) -> Iterator[Film]:
    def read(radiograph_id: str) -> Record | None:
        return _read_record(s3, bucket, radiograph_id)

    examined = islice(_list_radiographs(s3, bucket, site), MAX_EXAMINED)
    with ThreadPoolExecutor(_THREADS) as threads:
        while chunk := list(islice(examined, _CHUNK)):
            for record in threads.map(read, chunk):
                label = find_label(record, card.model_version) if record else None
                if record is not None and record.answer is not None and label is not None:
                    log_odds = calibrate(record.answer.logit, card)
                    yield Film(log_odds=log_odds, has_pneumonia=label)


def _list_radiographs(s3: Any, bucket: str, site: str) -> Iterator[str]:
    """The ids of a site's radiographs, newest first."""
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=keys.index_prefix(site)
    )
    for page in pages:
        for item in page.get("Contents", []):
            yield keys.parse_index_key(item["Key"])[0]


def _read_record(s3: Any, bucket: str, radiograph_id: str) -> Record | None:
    """None where a fact cannot be read: the film does not count."""
    listing = s3.list_objects_v2(Bucket=bucket, Prefix=keys.facts_prefix(radiograph_id))
    contents = [
        s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
        for item in listing.get("Contents", [])
    ]
    try:
        return fold(parse_fact(json.loads(content)) for content in contents)
    except (ValueError, RecursionError):
        return None
