"""The running system keeps its promises over real HTTP: uploads, answers, access, logs."""

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts import keys
from local.aws.resources import FACTS_BUCKET
from local.cli.sample import write_samples
from tests.running_system import RunningSystem
from tests.uploads import announce, post_form, upload, wait_for_answer

SOUTH = "doctor@south.example"


@pytest.fixture(scope="session")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_samples(tmp_path_factory.mktemp("phantom"))[0].read_bytes()


def test_an_upload_is_answered_through_queue_and_functions(
    system: RunningSystem, phantom: bytes
) -> None:
    created = announce(system, "phantom.png", len(phantom), key="answered")
    upload(created, phantom)
    view = wait_for_answer(system, created.radiograph.id)
    assert view.state == "screened"
    assert view.answer is not None
    for url in (view.rendition_url, view.thumbnail_url, view.attention_url):
        assert url is not None
        assert requests.get(url, timeout=30).content.startswith(b"\x89PNG")


def test_another_sites_radiograph_is_not_found(system: RunningSystem, phantom: bytes) -> None:
    created = announce(system, "phantom.png", len(phantom), key="not theirs")
    url = f"{system.url}/v1/radiographs/{created.radiograph.id}"
    assert requests.get(url, headers=system.auth_headers(), timeout=30).status_code == 200
    assert requests.get(url, headers=system.auth_headers(SOUTH), timeout=30).status_code == 404


def test_a_file_that_was_cut_off_is_not_taken_and_may_be_sent_again(
    system: RunningSystem, phantom: bytes
) -> None:
    created = announce(system, "phantom.png", len(phantom), key="cut off")
    response = post_form(created, phantom[:-1])
    assert (response.status_code, "EntityTooSmall" in response.text) == (400, True)
    url = f"{system.url}/v1/radiographs/{created.radiograph.id}"
    assert requests.get(url, headers=system.auth_headers(), timeout=30).json()["state"] == (
        "awaiting_upload"
    )
    upload(created, phantom)
    assert wait_for_answer(system, created.radiograph.id).state == "screened"


def test_the_same_event_three_times_gives_one_answer(system: RunningSystem, phantom: bytes) -> None:
    created = announce(system, "phantom.png", len(phantom), key="three times")
    radiograph = created.radiograph.id
    upload(created, phantom)
    wait_for_answer(system, radiograph)
    for _ in range(3):
        system.sqs.send_message(QueueUrl=system.queue_url, MessageBody=_event(radiograph))
    _wait_until_empty(system)
    prefix = keys.facts_prefix(radiograph)
    facts = system.s3.list_objects_v2(Bucket=FACTS_BUCKET, Prefix=prefix)["Contents"]
    assert len(facts) == 3


def _event(radiograph: str) -> str:
    path = Path(__file__).parent / "golden" / "upload_event.json"
    event = json.loads(path.read_text())
    event["Records"][0]["s3"]["object"]["key"] = keys.incoming(radiograph)
    return json.dumps(event)


def _wait_until_empty(system: RunningSystem) -> None:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    for _ in range(300):
        queue = system.sqs.get_queue_attributes(QueueUrl=system.queue_url, AttributeNames=names)
        if all(queue["Attributes"][name] == "0" for name in names):
            return
        time.sleep(0.1)
    raise AssertionError("the queue still has messages")


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer nonsense"},
    ],
)
def test_without_a_token_nobody_comes_in(system: RunningSystem, header: dict[str, str]) -> None:
    answer = requests.get(f"{system.url}/v1/radiographs", headers=header, timeout=30)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_a_forged_token_is_refused(system: RunningSystem) -> None:
    head, body, signature = system.fetch_id_token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["cognito:groups"] = ["siteSouth", "doctor"]
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    header = {"Authorization": f"Bearer {head}.{forged}.{signature}"}
    assert (
        requests.get(f"{system.url}/v1/radiographs", headers=header, timeout=30).status_code == 401
    )


def test_a_form_without_its_token_is_refused(system: RunningSystem) -> None:
    answer = requests.post(f"{system.url}/logout", timeout=30)
    assert answer.status_code == 400


def test_what_functions_log_names_nobody(
    system: RunningSystem, phantom: bytes, golden: Callable[[str], Any]
) -> None:
    created = announce(system, "planted-anna.png", len(phantom), key="planted")
    upload(created, phantom)
    wait_for_answer(system, created.radiograph.id)
    logs = list(system.settings.logs.glob("*.log"))
    assert len(logs) >= 3
    for log in logs:
        assert "planted" not in log.read_text(errors="replace"), log.name
