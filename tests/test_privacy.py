"""Identifiers of a patient in an uploaded file are stored in the identity beside the images only.

The tests upload files with the same made-up name in every field and a date of birth, and search
for both everywhere. The date of birth is not stored at all: only the age is.
"""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
import requests

from contracts import keys
from local.aws import persistent_secrets
from local.aws.resources import DEAD_LETTER_QUEUE, FACTS_BUCKET, IMAGES_BUCKET
from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_dicom
from screening.images import build_model_input
from tests.running_system import RunningSystem
from tests.uploads import announce, upload, wait_for_answer

PLANTED = "Zwyrtalski"
# A date of birth, as the file has it; no fact or log has these digits by chance.
BIRTH_DATE = "19690213"
TAGS: dict[str, Any] = {
    "PatientName": f"{PLANTED}^Anna",
    "PatientID": f"{PLANTED}-1",
    "PatientAddress": PLANTED,
    "AccessionNumber": f"{PLANTED}7",
    "ReferringPhysicianName": PLANTED,
    "InstitutionName": PLANTED,
    "StudyDescription": PLANTED,
    "ImageComments": PLANTED,
    "PatientBirthDate": BIRTH_DATE,
    "StudyDate": "20240301",
}

# The first base64 character that depends on the name alone, if 0, 1 or 2 bytes precede it.
_FIRST = (0, 2, 3)


@pytest.fixture(scope="module")
def uploads(system: RunningSystem) -> list[str]:
    """One radiograph that is answered and reviewed, one of another body part, three rejected."""
    chest = build_model_input(draw_phantom())
    files = {
        "answered": encode_dicom(chest, **TAGS),
        "not a chest": encode_dicom(
            chest, **TAGS, BodyPartExamined="HIP", ViewPosition=PLANTED.upper()
        ),
        "modality": encode_dicom(chest, **TAGS, Modality=PLANTED[:16].upper()),
        "damaged": encode_dicom(chest, **TAGS)[:-1000],
        "no image": f"{PLANTED} coughs.".encode(),
    }
    radiographs = []
    for key, content in files.items():
        created = announce(system, f"{PLANTED} {key}.dcm", len(content), key=f"privacy {key}")
        upload(created, content)
        wait_for_answer(system, created.radiograph.id)
        radiographs.append(created.radiograph.id)
    review = {"finding": "no_pneumonia", "note": f"{PLANTED} was here before."}
    url = f"{system.url}/v1/radiographs/{radiographs[0]}/reviews"
    answer = requests.post(url, json=review, headers=system.auth_headers(), timeout=30)
    assert answer.status_code == 201
    return radiographs


def test_what_was_planted_is_shown_to_the_own_site_alone(
    system: RunningSystem, uploads: list[str]
) -> None:
    """Without this test, the others could pass because nothing was stored."""
    for email, count in {"doctor@north.example": 5, "doctor@south.example": 0}.items():
        url = f"{system.url}/v1/radiographs/search"
        body = {"file_name": PLANTED}
        answer = requests.post(url, json=body, headers=system.auth_headers(email), timeout=30)
        radiographs = answer.json()["radiographs"]
        assert len(radiographs) == count
        names = {view["id"]: (view["patient"] or {}).get("name") for view in radiographs}
        assert names.get(uploads[0]) == (f"{PLANTED}, Anna" if count else None)
    content = _read(system, IMAGES_BUCKET, keys.identity(uploads[0]))
    assert content.count(PLANTED.encode()) >= 4
    assert BIRTH_DATE.encode() not in content


@pytest.mark.usefixtures("uploads")
def test_no_log_and_no_metric_names_a_patient(system: RunningSystem) -> None:
    """Metrics are lines of the logs. Traces go to X-Ray, which cannot run here; the functions'
    decorators keep responses and errors out of them.
    """
    logs = [*system.settings.logs.iterdir(), system.settings.folder / "output"]
    assert len(logs) >= 6
    assert [log.name for log in logs if _names_patient(log.read_bytes())] == []


def test_no_fact_and_no_name_of_an_object_names_a_patient(
    system: RunningSystem, uploads: list[str]
) -> None:
    for bucket in (FACTS_BUCKET, IMAGES_BUCKET):
        names = list(_objects(system, bucket, uploads[0]))
        assert len(names) >= 10
        assert [name for name in names if _names_patient(name.encode())] == []
    facts = [
        name for name in _objects(system, FACTS_BUCKET, uploads[0]) if name.startswith("facts/")
    ]
    assert [name for name in facts if _names_patient(_read(system, FACTS_BUCKET, name))] == []


def test_no_picture_names_a_patient(system: RunningSystem, uploads: list[str]) -> None:
    """Only the uploaded file, its copy and the identity may contain the name."""
    allowed = ("incoming/", "/original", "/identity.json")
    names = [
        name
        for name in _objects(system, IMAGES_BUCKET, uploads[0])
        if not any(part in name for part in allowed)
    ]
    assert len(names) >= 6
    assert [name for name in names if _names_patient(_read(system, IMAGES_BUCKET, name))] == []


@pytest.mark.usefixtures("uploads")
def test_no_key_and_no_value_of_redis_names_a_patient(system: RunningSystem) -> None:
    token = persistent_secrets.read_or_create_secret(system.settings, persistent_secrets.REDIS)
    client: Any = redis.Redis.from_url(system.settings.redis_url, password=token)
    contents = {key: _read_redis(client, key) for key in client.scan_iter()}
    assert len(contents) >= 5
    assert [key for key, value in contents.items() if _names_patient(key + value)] == []


@pytest.mark.usefixtures("uploads")
def test_no_message_that_waits_names_a_patient(system: RunningSystem) -> None:
    queue = system.sqs.get_queue_url(QueueName=DEAD_LETTER_QUEUE)["QueueUrl"]
    received = system.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    assert not _names_patient(json.dumps(received, default=str).encode())


def test_no_address_names_a_patient(system: RunningSystem, uploads: list[str]) -> None:
    for radiograph in uploads:
        url = f"{system.url}/v1/radiographs/{radiograph}"
        view = requests.get(url, headers=system.auth_headers(), timeout=30).json()
        names = ("rendition_url", "thumbnail_url", "attention_url", "original_url")
        links = [view[name] for name in names]
        assert not any(_names_patient(str(link).encode()) for link in links)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/v1/radiographs/{PLANTED}", None),
        ("GET", f"/v1/{PLANTED}", None),
        ("GET", f"/v1/radiographs?filter={PLANTED}", None),
        ("GET", f"/v1/radiographs?cursor={PLANTED}", None),
        ("POST", "/v1/radiographs", {"file_name": PLANTED, "bytes": PLANTED}),
        ("POST", "/v1/radiographs", {PLANTED: PLANTED}),
        ("POST", "/v1/radiographs/search", {"file_name": [PLANTED]}),
    ],
)
def test_no_error_repeats_what_was_sent(
    system: RunningSystem, method: str, path: str, body: dict[str, Any] | None
) -> None:
    headers = {**system.auth_headers(), "Idempotency-Key": "privacy error"}
    answer = requests.request(method, f"{system.url}{path}", json=body, headers=headers, timeout=30)
    assert 400 <= answer.status_code < 500
    assert not _names_patient(answer.content)


def test_a_name_is_found_in_a_body_as_functions_get_it() -> None:
    """Functions get a body in base64, so a function that logs its event would log it in base64."""
    for before in ("", "x", "xy"):
        body = base64.b64encode(f"{before}{PLANTED} coughs".encode())
        assert _names_patient(b'{"body": "' + body + b'"}')
    assert not _names_patient(base64.b64encode(b"Somebody coughs"))


@pytest.mark.parametrize("text", [b'"19690213"', b"born 1969-02-13"])
def test_a_date_of_birth_is_found(text: bytes) -> None:
    assert _names_patient(text)


def _names_patient(content: bytes) -> bool:
    """Finds the name or the date of birth as text, or the name in base64 at each of the three
    alignments of its bytes.

    Compares only the base64 characters that do not depend on the bytes before and after the name.
    """
    name, birth_date = PLANTED.encode(), BIRTH_DATE.encode()
    iso_date = b"-".join((birth_date[:4], birth_date[4:6], birth_date[6:]))
    if birth_date in content or iso_date in content:
        return True
    encoded = (base64.b64encode(bytes(n) + name)[_FIRST[n] : -4] for n in range(3))
    return name.lower() in content.lower() or any(each in content for each in encoded)


def _read_redis(client: Any, key: bytes) -> bytes:
    """All parts of the value, of any type of Redis."""
    reads: dict[bytes, Callable[[], Any]] = {
        b"string": lambda: client.get(key),
        b"hash": lambda: b" ".join(client.hgetall(key).values()),
        b"list": lambda: b" ".join(client.lrange(key, 0, -1)),
        b"zset": lambda: b" ".join(client.zrange(key, 0, -1)),
    }
    return bytes(reads[client.type(key)]())


def _objects(system: RunningSystem, bucket: str, radiograph: str) -> Iterator[str]:
    """The names of the objects since the radiograph's first; earlier tests may have left many."""
    pages = system.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    entries = [entry for page in pages for entry in page.get("Contents", [])]
    first = min(entry["LastModified"] for entry in entries if radiograph in entry["Key"])
    return (entry["Key"] for entry in entries if entry["LastModified"] >= first)


def _read(system: RunningSystem, bucket: str, name: str) -> bytes:
    return bytes(system.s3.get_object(Bucket=bucket, Key=name)["Body"].read())
