"""A text that no page can show is refused, and one that is stored already is shown safely."""

import json
from typing import Any

import pytest

from contracts import keys
from contracts.api_requests import NOT_ASCII
from contracts.model_layout import file_key
from tests.file_names import UNPRINTABLE_NOTES, UNPRINTABLE_TEXTS
from tests.lambdas.calls import Api, Aws, screen_phantom

SENTENCE = "has a character that cannot be shown"


@pytest.mark.parametrize("text", UNPRINTABLE_TEXTS)
def test_no_field_of_a_request_takes_it(aws: Aws, api: Api, text: str) -> None:
    for path in ("/radiographs", "/radiographs/search"):
        body = {"file_name": text, "bytes": 1} if path == "/radiographs" else {"file_name": text}
        status, problem = api("POST", path, body=body, key="k1")
        assert status == 422
        assert SENTENCE in problem["detail"]
        assert text not in problem["detail"]
    assert "Contents" not in aws.s3.list_objects_v2(Bucket="pictures")


@pytest.mark.parametrize("text", UNPRINTABLE_NOTES)
def test_no_note_takes_it(aws: Aws, api: Api, text: str) -> None:
    radiograph = screen_phantom(aws, api)
    body = {"finding": "pneumonia", "note": text}
    status, problem = api("POST", f"/radiographs/{radiograph}/reviews", body=body)
    assert (status, SENTENCE in problem["detail"]) == (422, True)
    assert len(aws.facts(radiograph)) == 3


@pytest.mark.parametrize("text", UNPRINTABLE_TEXTS)
def test_no_key_and_no_address_takes_it(aws: Aws, api: Api, text: str) -> None:
    request = {"file_name": "thorax.png", "bytes": 1}
    status, problem = api("POST", "/radiographs", body=request, key=text)
    assert status == 422
    assert NOT_ASCII in problem["detail"] or SENTENCE in problem["detail"]
    refusals = [
        api("GET", f"/radiographs/{text}"),
        *(
            api("GET", "/radiographs", query=query)
            for query in ({"cursor": text}, {"filter": text}, {"other": text}, {text: "1"})
        ),
    ]
    for status, problem in refusals:
        assert status == 422
        assert SENTENCE in problem["detail"]


@pytest.mark.parametrize("text", UNPRINTABLE_TEXTS)
def test_what_is_stored_already_is_shown(aws: Aws, api: Api, text: str) -> None:
    radiograph = screen_phantom(aws, api)
    api("POST", f"/radiographs/{radiograph}/reviews", body={"finding": "pneumonia", "note": "n"})
    change_json(aws, "pictures", keys.identity(radiograph), file_name=text)
    change_json(aws, "facts", keys.fact(radiograph, 3), view=text, file_format=text)
    version = json.loads(read(aws, "models", "models/current.json"))["model_version"]
    change_json(aws, "models", file_key(version, "model_card.json"), data={text: text})
    aws.redis.flushall()
    for method, path, body in (
        ("GET", "/radiographs", None),
        ("POST", "/radiographs/search", {"file_name": text[:1]}),
        ("GET", f"/radiographs/{radiograph}", None),
        ("GET", "/model", None),
    ):
        status, shown = api(method, path, body=body)
        assert status == 200
        assert "\ufffd" in str(shown).encode().decode() or "\n" in text


def change_json(aws: Aws, bucket: str, key: str, **changes: Any) -> None:
    body = json.dumps(json.loads(read(aws, bucket, key)) | changes)
    aws.s3.put_object(Bucket=bucket, Key=key, Body=body)


def read(aws: Aws, bucket: str, key: str) -> bytes:
    return bytes(aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
