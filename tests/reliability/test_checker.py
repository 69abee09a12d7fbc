"""The checker sees what it is there to see, on real facts of which something was spoilt."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from contracts import keys
from lambdas.records import Store
from lambdas.screening import handler
from reliability.checker import Checker, Expected, Fault, Sent, summary
from tests.lambdas.calls import CHEST, Api, Aws, run_screening

TEXT = b"The patient coughs."


@pytest.fixture
def checker(aws: Aws) -> Checker:
    return Checker(aws.s3, facts_bucket="facts", images_bucket="pictures")


def upload(aws: Aws, api: Api, key: str = "k1", content: bytes = TEXT) -> Sent:
    radiograph = api.create(key)
    aws.upload(radiograph, content)
    return Sent.of(radiograph, content, Expected(rejection="not_a_picture"))


def test_what_was_kept_has_no_fault(aws: Aws, api: Api, checker: Checker) -> None:
    bad, good = upload(aws, api), upload(aws, api, "k2", CHEST)
    assert run_screening(bad.radiograph_id, good.radiograph_id) == []
    _, view = api("GET", f"/radiographs/{good.radiograph_id}")
    answer = view["answer"]
    expected = Expected(decision=answer["decision"], probability=answer["probability"])
    good = replace(good, expected=expected)
    assert checker.faults([bad, good]) == []
    other = replace(good, expected=replace(expected, probability=1 - answer["probability"]))
    assert checker.faults([other]) == [(other, Fault.WRONG)]
    aws.s3.delete_object(Bucket="pictures", Key=keys.attention(good.radiograph_id))
    assert checker.faults([good]) == [(good, Fault.LOST)]


def lose_the_file(aws: Aws, sent: Sent) -> None:
    for key in (keys.incoming(sent.radiograph_id), keys.original(sent.radiograph_id)):
        for version in aws.s3.list_object_versions(Bucket="pictures", Prefix=key)["Versions"]:
            aws.s3.delete_object(Bucket="pictures", Key=key, VersionId=version["VersionId"])


def overwrite_the_original(aws: Aws, sent: Sent) -> None:
    key = keys.original(sent.radiograph_id)
    aws.s3.put_object(Bucket="pictures", Key=key, Body=b"Another patient coughs.")


def lose_the_place_in_the_worklist(aws: Aws, sent: Sent) -> None:
    created = aws.facts(sent.radiograph_id)[0]
    key = keys.index(created["site"], created["at"], sent.radiograph_id)
    aws.s3.delete_object(Bucket="facts", Key=key)


def lose_every_fact(aws: Aws, sent: Sent) -> None:
    for number in (1, 2, 3):
        aws.s3.delete_object(Bucket="facts", Key=keys.fact(sent.radiograph_id, number))


def lose_the_last_fact(aws: Aws, sent: Sent) -> None:
    aws.s3.delete_object(Bucket="facts", Key=keys.fact(sent.radiograph_id, 3))


def answer_again(aws: Aws, sent: Sent) -> None:
    last = aws.facts(sent.radiograph_id)[-1]
    put(aws, sent, {**last, "sequence": 4})


def receive_other_bytes(aws: Aws, sent: Sent) -> None:
    put(aws, sent, {**aws.facts(sent.radiograph_id)[1], "sha256": "0" * 64})


def answer_otherwise(aws: Aws, sent: Sent) -> None:
    put(aws, sent, {**aws.facts(sent.radiograph_id)[2], "reason": "damaged"})


def answer_before_it_came(aws: Aws, sent: Sent) -> None:
    put(aws, sent, {**aws.facts(sent.radiograph_id)[2], "at": "2020-01-01T00:00:00.000Z"})


def put(aws: Aws, sent: Sent, fact: dict[str, object]) -> None:
    key = keys.fact(sent.radiograph_id, int(str(fact["sequence"])))
    aws.s3.put_object(Bucket="facts", Key=key, Body=json.dumps(fact))


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lose_the_file, Fault.LOST),
        (overwrite_the_original, Fault.LOST),
        (lose_the_place_in_the_worklist, Fault.LOST),
        (lose_every_fact, Fault.LOST),
        (lose_the_last_fact, Fault.STUCK),
        (answer_again, Fault.DOUBLED),
        (receive_other_bytes, Fault.WRONG),
        (answer_otherwise, Fault.WRONG),
        (answer_before_it_came, Fault.WRONG),
    ],
)
def test_what_was_not_kept_is_named(
    aws: Aws, api: Api, checker: Checker, spoil: Callable[[Aws, Sent], None], fault: Fault
) -> None:
    sent = upload(aws, api)
    assert run_screening(sent.radiograph_id) == []
    spoil(aws, sent)
    assert checker.faults([sent]) == [(sent, fault)]


def test_a_build_that_acknowledges_before_the_fact_is_written_is_caught(
    aws: Aws, api: Api, checker: Checker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The function says that all is done, so that the message goes; the last fact never comes."""
    sent = upload(aws, api)
    write = Store._write_once

    def acknowledged(store: Store, key: str, content: bytes) -> bool:
        return b'"rejected"' in content or write(store, key, content)

    monkeypatch.setattr(Store, "_write_once", acknowledged)
    assert run_screening(sent.radiograph_id) == []
    monkeypatch.undo()
    handler._screener.cache_clear()
    assert checker.faults([sent]) == [(sent, Fault.STUCK)]


def test_the_summary_counts_each_fault() -> None:
    sent = Sent.of("a" * 26, TEXT, Expected())
    faults = [(sent, Fault.LOST), (sent, Fault.LOST), (sent, Fault.STUCK)]
    assert summary(faults, of=50) == "lost 2 doubled 0 wrong 0 stuck 1 of 50"
