"""Films that are stored as the functions do, without screening: many of them, at any time."""

import json
from dataclasses import replace
from datetime import datetime

from contracts import keys
from contracts.answers import Decision
from contracts.record import Record
from contracts.serialisation import parse, serialise
from contracts.worklist_filters import INDEXED_FILTERS
from lambdas import clock
from lambdas.api.services import services
from tests.conftest import ROOT
from tests.lambdas.calls import Aws

SITE = "siteNorth"


def store_film(aws: Aws, name: str, decision: Decision, created: datetime) -> str:
    """A film with an answer and without a review, in index and lists; returns its id."""
    fields = json.loads((ROOT / "tests" / "golden" / "record.json").read_text())
    record = parse(Record, fields)
    assert record.answer is not None
    record = replace(
        record,
        radiograph_id=keys.radiograph_id(SITE, name),
        created_at=clock.to_text(created),
        answer=replace(record.answer, decision=decision),
        reviews=(),
        past_reviews=(),
    )
    identity = {"file_name": f"{name}.png", "record": serialise(record)}
    key = keys.identity(record.radiograph_id)
    aws.s3.put_object(Bucket="pictures", Key=key, Body=json.dumps(identity).encode())
    services().index.add(record)
    changes = services().index.update_lists(record)
    services().list_counter.note_changes(SITE, changes)
    return record.radiograph_id


def complete_lists(aws: Aws) -> None:
    """As the refill does once the lists have all films."""
    content = {"filters": sorted(INDEXED_FILTERS), "after": ""}
    key = keys.list_progress(SITE)
    aws.s3.put_object(Bucket="pictures", Key=key, Body=json.dumps(content).encode())
