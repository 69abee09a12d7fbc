"""The running system keeps its promises at the front door, over real HTTP."""

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts import keys
from contracts.api import Created, RadiographView
from local.aws.resources import FACTS_BUCKET
from local.cli.sample import write_samples
from tests.running_stack import RunningStack

SOUTH = "doctor@south.example"


@pytest.fixture(scope="session")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_samples(tmp_path_factory.mktemp("phantom"))[0].read_bytes()


def create(stack: RunningStack, name: str, size: int, *, key: str) -> Created:
    answer = requests.post(
        f"{stack.url}/v1/radiographs",
        headers={**stack.bearer(), "Idempotency-Key": key},
        json={"file_name": name, "bytes": size},
        timeout=30,
    )
    assert answer.status_code == 201, answer.text
    return Created.from_json(answer.json())


def send(created: Created, content: bytes) -> None:
    assert created.upload is not None
    answer = requests.post(
        created.upload.url, data=created.upload.fields, files={"file": content}, timeout=30
    )
    assert answer.status_code in (200, 201, 204), answer.text


def answered(stack: RunningStack, radiograph: str) -> RadiographView:
    for _ in range(30):
        answer = requests.get(
            f"{stack.url}/v1/radiographs/{radiograph}",
            headers=stack.bearer(),
            params={"wait": "2"},
            timeout=30,
        )
        view = RadiographView.from_json(answer.json())
        if view.state in ("screened", "rejected", "failed"):
            return view
    raise AssertionError(f"{radiograph} is still {view.state}")


def test_an_upload_is_answered_through_queue_and_functions(
    stack: RunningStack, phantom: bytes
) -> None:
    created = create(stack, "phantom.png", len(phantom), key="answered")
    send(created, phantom)
    view = answered(stack, created.radiograph.id)
    assert view.state == "screened"
    assert view.answer is not None
    for url in (view.rendition_url, view.thumbnail_url, view.attention_url):
        assert url is not None
        assert requests.get(url, timeout=30).content.startswith(b"\x89PNG")


def test_another_sites_radiograph_is_not_found(stack: RunningStack, phantom: bytes) -> None:
    created = create(stack, "phantom.png", len(phantom), key="not theirs")
    url = f"{stack.url}/v1/radiographs/{created.radiograph.id}"
    assert requests.get(url, headers=stack.bearer(), timeout=30).status_code == 200
    assert requests.get(url, headers=stack.bearer(SOUTH), timeout=30).status_code == 404


def test_a_file_that_was_cut_off_is_not_taken_and_may_be_sent_again(
    stack: RunningStack, phantom: bytes
) -> None:
    created = create(stack, "phantom.png", len(phantom), key="cut off")
    assert created.upload is not None
    form = {"data": created.upload.fields, "files": {"file": phantom[:-1]}, "timeout": 30}
    refused = requests.post(created.upload.url, **form)
    assert (refused.status_code, "EntityTooSmall" in refused.text) == (400, True)
    url = f"{stack.url}/v1/radiographs/{created.radiograph.id}"
    assert requests.get(url, headers=stack.bearer(), timeout=30).json()["state"] == (
        "awaiting_upload"
    )
    send(created, phantom)
    assert answered(stack, created.radiograph.id).state == "screened"


def test_the_same_event_three_times_gives_one_answer(stack: RunningStack, phantom: bytes) -> None:
    created = create(stack, "phantom.png", len(phantom), key="three times")
    radiograph = created.radiograph.id
    send(created, phantom)
    answered(stack, radiograph)
    for _ in range(3):
        stack.sqs.send_message(QueueUrl=stack.queue_url, MessageBody=_event(radiograph))
    _wait_until_empty(stack)
    prefix = keys.facts_prefix(radiograph)
    facts = stack.s3.list_objects_v2(Bucket=FACTS_BUCKET, Prefix=prefix)["Contents"]
    assert len(facts) == 3


def _event(radiograph: str) -> str:
    path = Path(__file__).parent / "golden" / "upload_event.json"
    event = json.loads(path.read_text())
    event["Records"][0]["s3"]["object"]["key"] = keys.incoming(radiograph)
    return json.dumps(event)


def _wait_until_empty(stack: RunningStack) -> None:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    for _ in range(300):
        told = stack.sqs.get_queue_attributes(QueueUrl=stack.queue_url, AttributeNames=names)
        if all(told["Attributes"][name] == "0" for name in names):
            return
        time.sleep(0.1)
    raise AssertionError("the queue does not run empty")


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer nonsense"},
    ],
)
def test_without_a_token_nobody_comes_in(stack: RunningStack, header: dict[str, str]) -> None:
    answer = requests.get(f"{stack.url}/v1/radiographs", headers=header, timeout=30)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_a_forged_token_is_refused(stack: RunningStack) -> None:
    head, body, signature = stack.token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["cognito:groups"] = ["siteSouth", "doctor"]
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    header = {"Authorization": f"Bearer {head}.{forged}.{signature}"}
    assert (
        requests.get(f"{stack.url}/v1/radiographs", headers=header, timeout=30).status_code == 401
    )


def test_a_form_without_its_token_is_refused(stack: RunningStack) -> None:
    answer = requests.post(f"{stack.url}/logout", timeout=30)
    assert answer.status_code == 400


def test_what_functions_log_names_nobody(
    stack: RunningStack, phantom: bytes, golden: Callable[[str], Any]
) -> None:
    created = create(stack, "planted-anna.png", len(phantom), key="planted")
    send(created, phantom)
    answered(stack, created.radiograph.id)
    logs = list(stack.settings.logs.glob("*.log"))
    assert len(logs) >= 3
    for log in logs:
        assert "planted" not in log.read_text(errors="replace"), log.name
