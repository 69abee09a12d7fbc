"""The screening process is killed between its calls to S3 and Redis, and its message comes again:
every radiograph ends with one answer.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts import keys
from phantoms.file_formats import encode_dicom, grey_ramp
from tests.conftest import ROOT
from tests.lambdas.calls import CHEST, Api, Aws, read_view, upload_event
from tests.lambdas.screening.killable import KILLED

FILES = {
    "answered": CHEST,
    "with an identity": encode_dicom(grey_ramp(), PatientID="P-1", BodyPartExamined="HIP"),
    "rejected": b"The patient coughs.",
}
# Change these only on purpose: each step has to bear a kill before it, and the last one after it.
_RECEIVE = [
    "ListObjectsV2 facts",
    "GetObject 000001",
    "GetObject identity",
    "ListObjectVersions incoming",
    "GetObject incoming",
    "PutObject original",
    "PutObject 000002",
    "Redis",
]
_PREDICT = ["Redis", "Redis", "PutObject rendition", "PutObject thumbnail", "PutObject attention"]
_READ_SETTINGS = ["ListObjectsV2 sites"]
_FINISH = ["PutObject 000003", "Redis"]
_LIST, _COPY = "PutObject lists", "PutObject identity"
# The four beginnings of "thorax"; then their hashes, in the identity.
_SEARCH = ["PutObject index"] * 4
STEPS = {
    "answered": [
        *_RECEIVE,
        *_PREDICT,
        *_READ_SETTINGS,
        *_FINISH,
        _LIST,
        _LIST,
        "Redis",
        *_SEARCH,
        _COPY,
        _COPY,
        "Redis",
    ],
    "with an identity": [
        *_RECEIVE,
        *_PREDICT,
        "PutObject identity",
        *_READ_SETTINGS,
        *_FINISH,
        _LIST,
        _LIST,
        "Redis",
        *_SEARCH,
        *["PutObject index"] * 3,  # "p", "1", and the whole id
        _COPY,
        _COPY,
    ],
    "rejected": [*_RECEIVE, *_FINISH, _LIST, "Redis", *_SEARCH, _COPY, _COPY],
}
ENDS = {"answered": "screened", "with an identity": "screened", "rejected": "rejected"}


class Screening:
    """The process of `killable`, which ends where a test says."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("killable.py"))],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(
        self, radiograph: str, *, before: int | None = None, after: int | None = None
    ) -> tuple[int, list[str]]:
        """The exit status, and the steps of the run where it was not killed."""
        order = {"event": upload_event(radiograph), "before": before, "after": after}
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        status, steps = json.loads(self._process.stdout.readline())
        return status, steps

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture
def screening(aws: Aws) -> Iterator[Screening]:
    process = Screening()
    yield process
    process.close()


@pytest.mark.parametrize("kind", FILES)
def test_a_kill_between_any_two_steps_changes_nothing(
    aws: Aws, api: Api, screening: Screening, kind: str
) -> None:
    def arrived(key: str) -> str:
        radiograph = api.create(key, file_name="thorax.dcm")
        aws.upload(radiograph, FILES[kind])
        return radiograph

    undisturbed = arrived("undisturbed")
    status, steps = screening.run(undisturbed)
    assert (status, steps) == (0, STEPS[kind])
    # After one step is before the next: nothing outside the process happens in between.
    kills: list[dict[str, int]] = [{"before": number} for number in range(1, len(steps) + 1)]
    for kill in [*kills, {"after": len(steps)}]:
        aws.redis.flushall()  # Else the cache answers all but the first, in fewer steps.
        radiograph = arrived(str(kill))
        assert screening.run(radiograph, **kill)[0] == KILLED, kill
        assert screening.run(radiograph)[0] == 0, kill
        assert aws.fact_kinds(radiograph) == ["created", "received", ENDS[kind]], kill
        assert _stable_view(api, radiograph) == _stable_view(api, undisturbed), kill
        assert _images(aws, radiograph) == _images(aws, undisturbed), kill
        assert _lists(aws, radiograph) == _lists(aws, undisturbed), kill


def _stable_view(api: Api, radiograph: str) -> dict[str, Any]:
    """The fields that a doctor sees, except those that differ for each upload."""
    view = read_view(api, radiograph)
    varying = {"id", "created_at", "answered_at", "seconds", "file_name"}
    return {name: None if name.endswith("_url") else view[name] for name in view.keys() - varying}


def _lists(aws: Aws, radiograph: str) -> list[str]:
    """The lists that show a radiograph."""
    listing = aws.s3.list_objects_v2(Bucket="pictures", Prefix=keys.LISTS_PREFIX)["Contents"]
    names = [entry["Key"].split("/") for entry in listing]
    return [each[2] for each in names if each[-1].endswith(radiograph)]


def _images(aws: Aws, radiograph: str) -> dict[str, Any]:
    """The images, and the identity with the state of the record beside it."""
    prefix = keys.original(radiograph).removesuffix("original")
    listing = aws.s3.list_objects_v2(Bucket="pictures", Prefix=prefix)["Contents"]
    objects = {
        entry["Key"].removeprefix(prefix): aws.s3.get_object(Bucket="pictures", Key=entry["Key"])[
            "Body"
        ].read()
        for entry in listing
    }
    identity = json.loads(objects["identity.json"])
    return {**objects, "identity.json": {**identity, "record": identity["record"]["state"]}}
