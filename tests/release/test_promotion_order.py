"""A promotion moves the pointer after the endpoint's update, a rollback before it.

`test_endpoint` tests the update itself; here a fake endpoint records when it is updated.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import NoReturn

import pytest
from botocore.exceptions import ClientError

from contracts import model_layout
from contracts.model_pointer import ModelPointer
from release import promote
from release.models_bucket import StageModelsBucket
from release.stage_account import StageAccount, StageError, find_stage
from tests.release.stage import Stage, start_stage

FIRST, NEXT = "first-1", "next-1"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        for version in (FIRST, NEXT):
            stage.put_version(version, **{model_layout.COPIED_FROM: "an asset"})
        yield stage


@dataclass
class FakeEndpoint:
    """`updates` are pairs: the version of each update, and the pointer's version at that moment."""

    account: StageAccount
    version: str
    fails: bool = False
    rollback_on_alarm: bool = True
    updates: list[tuple[str, str]] = field(default_factory=list)

    def update(
        self, account: StageAccount, version: str, *, archive_url: str, rollback_on_alarm: bool
    ) -> None:
        self.rollback_on_alarm = rollback_on_alarm
        pointer = StageModelsBucket(self.account).read_pointer()
        self.updates.append((version, pointer.model_version if pointer else ""))
        if self.fails:
            raise StageError("the endpoint is Failed")
        self.version = version

    def read_archive_url(self, account: StageAccount) -> str:
        return StageModelsBucket(account).file_url(self.version, "model.tar.gz")


CreateEndpoint = Callable[[ModelPointer, str], FakeEndpoint]


@pytest.fixture
def create_endpoint(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> CreateEndpoint:
    """Writes the pointer, and creates an endpoint that serves the version."""

    def create(pointer: ModelPointer, version: str) -> FakeEndpoint:
        stage.write_pointer(pointer)
        account = find_stage("dev")
        environment = replace(account.environment, endpoint_name="an-endpoint")
        endpoint = FakeEndpoint(account=replace(account, environment=environment), version=version)
        monkeypatch.setattr(promote, "update_endpoint", endpoint.update)
        monkeypatch.setattr(promote, "read_archive_url", endpoint.read_archive_url)
        return endpoint

    return create


def read_pointer(endpoint: FakeEndpoint) -> ModelPointer | None:
    return StageModelsBucket(endpoint.account).read_pointer()


def test_a_new_version_answers_once_the_endpoint_has_it(create_endpoint: CreateEndpoint) -> None:
    endpoint = create_endpoint(ModelPointer(model_version=FIRST), FIRST)
    promote.promote(endpoint.account, NEXT)
    assert endpoint.updates == [(NEXT, FIRST)]
    assert endpoint.rollback_on_alarm
    assert read_pointer(endpoint) == ModelPointer(model_version=NEXT, previous=FIRST)


def test_a_version_that_the_endpoint_does_not_take_answers_nobody(
    create_endpoint: CreateEndpoint,
) -> None:
    endpoint = create_endpoint(ModelPointer(model_version=FIRST), FIRST)
    endpoint.fails = True
    with pytest.raises(StageError, match="the endpoint is Failed"):
        promote.promote(endpoint.account, NEXT)
    assert read_pointer(endpoint) == ModelPointer(model_version=FIRST)


def test_on_the_way_back_doctors_do_not_wait_for_the_endpoint(
    create_endpoint: CreateEndpoint,
) -> None:
    endpoint = create_endpoint(ModelPointer(model_version=NEXT, previous=FIRST), NEXT)
    promote.roll_back(endpoint.account)
    assert endpoint.updates == [(FIRST, FIRST)]
    # The old fleet is what makes the alarms ring.
    assert not endpoint.rollback_on_alarm
    assert read_pointer(endpoint) == ModelPointer(model_version=FIRST)


def test_a_broken_endpoint_does_not_stop_the_way_back(create_endpoint: CreateEndpoint) -> None:
    endpoint = create_endpoint(ModelPointer(model_version=NEXT, previous=FIRST), NEXT)
    endpoint.fails = True
    with pytest.raises(StageError, match=f"{FIRST} answers, by the CPU model"):
        promote.roll_back(endpoint.account)
    assert read_pointer(endpoint) == ModelPointer(model_version=FIRST)


def test_after_half_a_promotion_the_way_back_leads_to_what_answers(
    create_endpoint: CreateEndpoint,
) -> None:
    endpoint = create_endpoint(ModelPointer(model_version=FIRST, previous="older-1"), NEXT)
    promote.roll_back(endpoint.account)
    assert endpoint.version == FIRST
    assert read_pointer(endpoint) == ModelPointer(model_version=FIRST, previous="older-1")


def test_a_way_back_that_ended_half_way_is_taken_up_again(create_endpoint: CreateEndpoint) -> None:
    endpoint = create_endpoint(ModelPointer(model_version=NEXT, previous=FIRST), NEXT)
    endpoint.fails = True
    with pytest.raises(StageError):
        promote.roll_back(endpoint.account)
    endpoint.fails = False
    promote.roll_back(endpoint.account)
    assert endpoint.version == FIRST
    assert read_pointer(endpoint) == ModelPointer(model_version=FIRST)
    with pytest.raises(StageError, match="The previous version is not known"):
        promote.roll_back(endpoint.account)


def test_an_endpoint_that_is_gone_does_not_hold_up_the_way_back(
    create_endpoint: CreateEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = create_endpoint(ModelPointer(model_version=NEXT, previous=FIRST), NEXT)
    error = ClientError({"Error": {"Code": "ValidationException", "Message": "gone"}}, "Describe")

    def raise_error(*_: object, **__: object) -> NoReturn:
        raise error

    monkeypatch.setattr(promote, "read_archive_url", raise_error)
    monkeypatch.setattr(promote, "update_endpoint", raise_error)
    with pytest.raises(StageError, match=f"{FIRST} answers, by the CPU model"):
        promote.roll_back(endpoint.account)
    assert read_pointer(endpoint) == ModelPointer(model_version=FIRST)
