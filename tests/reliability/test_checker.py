"""The checker finds each kind of broken promise, in real facts with one change."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from contracts import keys
from contracts.facts import Fact
from lambdas.records import RecordStore
from lambdas.screening import handler
from reliability.checker import Checker, ExpectedResult, Upload
from reliability.stored_objects import StoredObjects
from reliability.violations import Violation, format_summary
from tests.lambdas.calls import CHEST, Api, Aws, run_screening

TEXT = b"The patient coughs."


@pytest.fixture
def checker(aws: Aws) -> Checker:
    return Checker(StoredObjects(aws.s3, facts_bucket="facts", images_bucket="pictures"))


def upload_file(aws: Aws, api: Api, key: str = "k1", content: bytes = TEXT) -> Upload:
    radiograph = api.create(key)
    aws.upload(radiograph, content)
    return Upload.from_content(radiograph, content, ExpectedResult(rejection="not_a_picture"))


def test_what_was_kept_has_no_fault(aws: Aws, api: Api, checker: Checker) -> None:
    text, chest = upload_file(aws, api), upload_file(aws, api, "k2", CHEST)
    assert run_screening(text.radiograph_id, chest.radiograph_id) == []
    _, view = api("GET", f"/radiographs/{chest.radiograph_id}")
    answer = view["answer"]
    expected = ExpectedResult(decision=answer["decision"], probability=answer["probability"])
    chest = replace(chest, expected=expected)
    assert checker.find_violations([text, chest]) == []
    wrong = replace(chest, expected=replace(expected, probability=1 - answer["probability"]))
    assert checker.find_violations([wrong]) == [(wrong, Violation.WRONG)]
    aws.s3.delete_object(Bucket="pictures", Key=keys.attention(chest.radiograph_id))
    assert checker.find_violations([chest]) == [(chest, Violation.LOST)]


def lose_the_file(aws: Aws, upload: Upload) -> None:
    for key in (keys.incoming(upload.radiograph_id), keys.original(upload.radiograph_id)):
        for version in aws.s3.list_object_versions(Bucket="pictures", Prefix=key)["Versions"]:
            aws.s3.delete_object(Bucket="pictures", Key=key, VersionId=version["VersionId"])


def overwrite_the_original(aws: Aws, upload: Upload) -> None:
    key = keys.original(upload.radiograph_id)
    aws.s3.put_object(Bucket="pictures", Key=key, Body=b"Another patient coughs.")


def lose_the_place_in_the_worklist(aws: Aws, upload: Upload) -> None:
    created = aws.facts(upload.radiograph_id)[0]
    key = keys.index(created["site"], created["at"], upload.radiograph_id)
    aws.s3.delete_object(Bucket="facts", Key=key)


def lose_every_fact(aws: Aws, upload: Upload) -> None:
    for number in (1, 2, 3):
        aws.s3.delete_object(Bucket="facts", Key=keys.fact(upload.radiograph_id, number))


def lose_the_last_fact(aws: Aws, upload: Upload) -> None:
    aws.s3.delete_object(Bucket="facts", Key=keys.fact(upload.radiograph_id, 3))


def answer_again(aws: Aws, upload: Upload) -> None:
    last = aws.facts(upload.radiograph_id)[-1]
    put(aws, upload, {**last, "sequence": 4})


def receive_other_bytes(aws: Aws, upload: Upload) -> None:
    put(aws, upload, {**aws.facts(upload.radiograph_id)[1], "sha256": "0" * 64})


def answer_otherwise(aws: Aws, upload: Upload) -> None:
    put(aws, upload, {**aws.facts(upload.radiograph_id)[2], "reason": "damaged"})


def answer_before_it_came(aws: Aws, upload: Upload) -> None:
    put(aws, upload, {**aws.facts(upload.radiograph_id)[2], "at": "2020-01-01T00:00:00.000Z"})


def put(aws: Aws, upload: Upload, fact: dict[str, object]) -> None:
    key = keys.fact(upload.radiograph_id, int(str(fact["sequence"])))
    aws.s3.put_object(Bucket="facts", Key=key, Body=json.dumps(fact))


@pytest.mark.parametrize(
    ("damage", "violation"),
    [
        (lose_the_file, Violation.LOST),
        (overwrite_the_original, Violation.LOST),
        (lose_the_place_in_the_worklist, Violation.LOST),
        (lose_every_fact, Violation.LOST),
        (lose_the_last_fact, Violation.STUCK),
        (answer_again, Violation.DOUBLED),
        (receive_other_bytes, Violation.WRONG),
        (answer_otherwise, Violation.WRONG),
        (answer_before_it_came, Violation.WRONG),
    ],
)
def test_what_was_not_kept_is_named(
    aws: Aws,
    api: Api,
    checker: Checker,
    damage: Callable[[Aws, Upload], None],
    violation: Violation,
) -> None:
    upload = upload_file(aws, api)
    assert run_screening(upload.radiograph_id) == []
    damage(aws, upload)
    assert checker.find_violations([upload]) == [(upload, violation)]


def test_a_build_that_acknowledges_before_the_fact_is_written_is_caught(
    aws: Aws, api: Api, checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The function reports success, so the queue deletes the message, but the last fact is lost."""
    upload = upload_file(aws, api)
    write = RecordStore._write

    def skip_rejected(store: RecordStore, fact: Fact) -> bool:
        return fact.kind == "rejected" or write(store, fact)

    monkeypatch.setattr(RecordStore, "_write", skip_rejected)
    assert run_screening(upload.radiograph_id) == []
    monkeypatch.undo()
    handler.pipeline.cache_clear()
    assert checker.find_violations([upload]) == [(upload, Violation.STUCK)]


def test_the_summary_counts_each_fault() -> None:
    upload = Upload.from_content("a" * 26, TEXT, ExpectedResult())
    violations = [(upload, each) for each in (Violation.LOST, Violation.LOST, Violation.STUCK)]
    assert format_summary(violations, uploads=50) == "lost 2 doubled 0 wrong 0 stuck 1 of 50"
