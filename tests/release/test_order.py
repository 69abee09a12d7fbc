"""On the way on, doctors' answers change last; on the way back, first.

The endpoint itself is held to its rules in test_endpoint; here it says when it was asked.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from botocore.exceptions import ClientError

from contracts import model_layout
from contracts.model_pointer import ModelPointer
from contracts.serialisation import serialise
from release import promote
from release.account import Cloud, CloudError, find
from release.models_bucket import Releases
from tests.release.stage import PLACE, Stage, deployed

FIRST, NEXT = "first-1", "next-1"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, deployed(monkeypatch) as stage:
        note = {model_layout.COPIED_FROM: "an asset"}
        for version in (FIRST, NEXT):
            for name in ("model_card.json", "cpu.tflite", "model.tar.gz"):
                key = model_layout.file_key(version, name)
                s3 = stage.client("s3")
                s3.put_object(Bucket=PLACE.models_bucket, Key=key, Body=b"{}", Metadata=note)
        yield stage


@dataclass
class Endpoint:
    """`seen` is what the pointer named whenever the endpoint was told to serve a version."""

    cloud: Cloud
    served: str
    fails: bool = False
    guarded: bool = True
    seen: list[tuple[str, str]] = field(default_factory=list)

    def serve(self, cloud: Cloud, version: str, *, archive: str, guarded: bool) -> None:
        self.guarded = guarded
        pointer = Releases(self.cloud).pointer()
        self.seen.append((version, pointer.model_version if pointer else ""))
        if self.fails:
            raise CloudError("the endpoint is Failed")
        self.served = version

    def serves(self, cloud: Cloud) -> str:
        return Releases(cloud).address(self.served, "model.tar.gz")


Made = Callable[[ModelPointer, str], Endpoint]


@pytest.fixture
def endpoint(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Made:
    """With the pointer as given, and the version that the endpoint serves."""

    def make(pointer: ModelPointer, served: str) -> Endpoint:
        stage.client("s3").put_object(
            Bucket=PLACE.models_bucket,
            Key=model_layout.POINTER_KEY,
            Body=json.dumps(serialise(pointer)),
        )
        found = find("dev")
        cloud = replace(found, place=replace(found.place, endpoint_name="an-endpoint"))
        made = Endpoint(cloud=cloud, served=served)
        monkeypatch.setattr(promote, "serve", made.serve)
        monkeypatch.setattr(promote, "serves", made.serves)
        return made

    return make


def pointer(endpoint: Endpoint) -> ModelPointer | None:
    return Releases(endpoint.cloud).pointer()


def test_a_new_version_answers_once_the_endpoint_has_it(endpoint: Made) -> None:
    made = endpoint(ModelPointer(model_version=FIRST), FIRST)
    promote.promote(made.cloud, NEXT)
    assert made.seen == [(NEXT, FIRST)]
    assert made.guarded
    assert pointer(made) == ModelPointer(model_version=NEXT, previous=FIRST)


def test_a_version_that_the_endpoint_does_not_take_answers_nobody(endpoint: Made) -> None:
    made = endpoint(ModelPointer(model_version=FIRST), FIRST)
    made.fails = True
    with pytest.raises(CloudError, match="the endpoint is Failed"):
        promote.promote(made.cloud, NEXT)
    assert pointer(made) == ModelPointer(model_version=FIRST)


def test_on_the_way_back_doctors_do_not_wait_for_the_endpoint(endpoint: Made) -> None:
    made = endpoint(ModelPointer(model_version=NEXT, previous=FIRST), NEXT)
    promote.go_back(made.cloud)
    assert made.seen == [(FIRST, FIRST)]
    # The old fleet is what makes the alarms ring.
    assert not made.guarded
    assert pointer(made) == ModelPointer(model_version=FIRST)


def test_a_broken_endpoint_does_not_stop_the_way_back(endpoint: Made) -> None:
    made = endpoint(ModelPointer(model_version=NEXT, previous=FIRST), NEXT)
    made.fails = True
    with pytest.raises(CloudError, match=f"{FIRST} answers, by the CPU model"):
        promote.go_back(made.cloud)
    assert pointer(made) == ModelPointer(model_version=FIRST)


def test_after_half_a_promotion_the_way_back_leads_to_what_answers(endpoint: Made) -> None:
    made = endpoint(ModelPointer(model_version=FIRST, previous="older-1"), NEXT)
    promote.go_back(made.cloud)
    assert made.served == FIRST
    assert pointer(made) == ModelPointer(model_version=FIRST, previous="older-1")


def test_a_way_back_that_ended_half_way_is_taken_up_again(endpoint: Made) -> None:
    made = endpoint(ModelPointer(model_version=NEXT, previous=FIRST), NEXT)
    made.fails = True
    with pytest.raises(CloudError):
        promote.go_back(made.cloud)
    made.fails = False
    promote.go_back(made.cloud)
    assert made.served == FIRST
    assert pointer(made) == ModelPointer(model_version=FIRST)
    with pytest.raises(CloudError, match="No version before is known"):
        promote.go_back(made.cloud)


def test_an_endpoint_that_is_gone_does_not_hold_up_the_way_back(
    endpoint: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = endpoint(ModelPointer(model_version=NEXT, previous=FIRST), NEXT)
    gone = ClientError({"Error": {"Code": "ValidationException", "Message": "gone"}}, "Describe")

    def ask(*_: object, **__: object) -> str:
        raise gone

    monkeypatch.setattr(promote, "serves", ask)
    monkeypatch.setattr(promote, "serve", ask)
    with pytest.raises(CloudError, match=f"{FIRST} answers, by the CPU model"):
        promote.go_back(made.cloud)
    assert pointer(made) == ModelPointer(model_version=FIRST)
