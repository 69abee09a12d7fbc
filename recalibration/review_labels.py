"""Reads the newest films of a site's children whose answer a doctor has reviewed, from S3."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from contracts import keys
from contracts.answers import Answer, Caution, Decision, Population
from contracts.differences import is_differing
from contracts.findings import Verdict, has_pneumonia
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
    """At most `limit` films of children that the card's model answered, newest first."""
    return list(islice(_read_films(s3, bucket, site=site, card=card), limit))


def find_label(record: Record, model_version: str) -> bool | None:
    """Whether the film has pneumonia, by the newest review that stands; None where it does not say
    or doctors differ, or the answer has no probability, is of another model version, or not one of
    a child.
    """
    answer = record.answer
    if record.state is not State.SCREENED or answer is None or not record.reviews:
        return None
    if answer.model_version != model_version or is_differing(record.reviews):
        return None
    if not answer.is_assessed or not _is_child(answer):
        return None
    review = record.reviews[-1]
    if review.finding is not None:
        return has_pneumonia(review.finding)
    return _find_label_of_verdict(answer, review.verdict)


def _find_label_of_verdict(answer: Answer, verdict: Verdict) -> bool | None:
    """By a review of 0.1.0, which agrees or disagrees with the decision and states no finding."""
    if answer.decision not in (Decision.PNEUMONIA, Decision.NO_PNEUMONIA):
        return None
    if verdict not in (Verdict.AGREE, Verdict.DISAGREE):
        return None
    return (answer.decision == Decision.PNEUMONIA) == (verdict == Verdict.AGREE)


def _is_child(answer: Answer) -> bool:
    """Whether the model is valid for the patient by the numbers of children. Releases before 0.2
    had no others; a site may show answers for other ages, which do not count.
    """
    is_child = answer.population in (None, Population.CHILD)
    return is_child and Caution.AGE_OUTSIDE not in answer.cautions


def _read_films(s3: Any, bucket: str, *, site: str, card: ModelCard) -> Iterator[Film]:
    def read(radiograph_id: str) -> Record | None:
        return _read_record(s3, bucket, radiograph_id)

    examined = islice(_list_radiographs(s3, bucket, site), MAX_EXAMINED)
    with ThreadPoolExecutor(_THREADS) as threads:
        while chunk := list(islice(examined, _CHUNK)):
            for record in threads.map(read, chunk):
                label = find_label(record, card.model_version) if record else None
                if record is not None and record.answer is not None and label is not None:
                    log_odds = calibrate(record.answer.logit, card.children)
                    yield Film(log_odds=log_odds, has_pneumonia=label)


def _list_radiographs(s3: Any, bucket: str, site: str) -> Iterator[str]:
    """The ids of a site's radiographs, newest first."""
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=keys.index_prefix(site)
    )
    for page in pages:
        for item in page.get("Contents", []):
            yield keys.parse_index_entry(item["Key"])[0]


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
