"""One account's requests are limited, and no other account's and no other site's."""

import pytest

from lambdas.api import request_limits
from lambdas.api.services import services
from tests.lambdas.calls import DOCTOR, SOUTH, Api, Aws

COLLEAGUE = {**DOCTOR, "sub": "00000000-8a35-4c1f-9a1c-2f6d2b9f1c11"}
SOUTH_DOCTOR = {**SOUTH, "sub": "11111111-8a35-4c1f-9a1c-2f6d2b9f1c11"}
FILE = {"file_name": "thorax.png", "bytes": 1000}


@pytest.fixture(autouse=True)
def low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limits, "MAX_ANNOUNCEMENTS_OF_ACCOUNT", 2)
    monkeypatch.setattr(request_limits, "MAX_ANNOUNCEMENTS_OF_SITE", 3)
    monkeypatch.setattr(request_limits, "MAX_WAITS_OF_ACCOUNT", 1)
    # A window that does not end during a test.
    monkeypatch.setattr(request_limits, "ANNOUNCEMENT_WINDOW_SECONDS", 1 << 40)
    monkeypatch.setattr(request_limits, "WAIT_WINDOW_SECONDS", 1 << 40)


def announce(api: Api, key: str, claims: dict[str, str]) -> tuple[int, str]:
    status, answer = api("POST", "/radiographs", body=FILE, key=key, claims=claims)
    return status, str(answer.get("detail", ""))


def test_an_account_that_announces_without_end_is_refused(aws: Aws, api: Api) -> None:
    assert [announce(api, key, DOCTOR)[0] for key in ("a", "b")] == [201, 201]
    status, detail = announce(api, "c", DOCTOR)
    assert status == 429
    assert "go on in" in detail
    assert announce(api, "d", COLLEAGUE)[0] == 201
    assert len(aws.s3.list_objects_v2(Bucket="facts", Prefix="facts/")["Contents"]) == 3


def test_a_site_has_a_limit_of_its_own(aws: Aws, api: Api) -> None:
    for key, claims in {"a": DOCTOR, "b": DOCTOR, "c": COLLEAGUE}.items():
        assert announce(api, key, claims)[0] == 201
    assert announce(api, "d", COLLEAGUE)[0] == 429
    assert announce(api, "e", SOUTH_DOCTOR)[0] == 201


def test_without_redis_there_is_no_limit(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://localhost:1")
    services.cache_clear()
    assert {announce(api, key, DOCTOR)[0] for key in "abcde"} == {201}


def test_beyond_its_limit_an_account_does_not_wait(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    radiograph = api.create()
    pauses: list[float] = []
    monkeypatch.setattr("lambdas.api.read_radiograph.time.sleep", pauses.append)

    def waits(claims: dict[str, str]) -> bool:
        pauses.clear()
        api("GET", f"/radiographs/{radiograph}", query={"wait": "0.1"}, claims=claims)
        return bool(pauses)

    assert [waits(DOCTOR), waits(DOCTOR), waits(COLLEAGUE)] == [True, False, True]
