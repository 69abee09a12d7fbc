"""After a logout the API refuses the token, and only this one."""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from contracts import keys
from contracts.metrics import Metric
from lambdas.api.services import services
from local.log_metrics import parse_metrics
from tests.lambdas.calls import DOCTOR, Api, Aws

ANOTHER_TOKEN = {**DOCTOR, "jti": "00000000-64bb-4f0e-a6ce-5b1f0a1d8c55"}


@pytest.fixture
def full_redis(aws: Aws) -> Iterator[None]:
    """Redis with the policy of `cdk.cache`, and memory for some hundred records."""
    used = aws.redis.info("memory")["used_memory"]
    aws.redis.config_set("maxmemory-policy", "volatile-lru")
    aws.redis.config_set("maxmemory", used + 4_000_000)
    yield
    aws.redis.config_set("maxmemory", 0)
    aws.redis.config_set("maxmemory-policy", "noeviction")


def test_after_a_logout_every_route_refuses_the_token(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    assert api("POST", "/logout") == (204, None)
    for method, path in [
        ("GET", "/session"),
        ("GET", "/radiographs"),
        ("GET", f"/radiographs/{radiograph}"),
        ("GET", "/model"),
        ("POST", "/logout"),
    ]:
        assert api(method, path)[0] == 401
    assert api("GET", f"/radiographs/{radiograph}", claims=ANOTHER_TOKEN)[0] == 200


def test_a_logout_is_stored_longer_than_a_token_lives(aws: Aws, api: Api) -> None:
    aws.redis.zadd(keys.REDIS_TOKEN_ENDS, {"expired": time.time() - 1})
    api("POST", "/logout")
    entries: Any = aws.redis.zrange(keys.REDIS_TOKEN_ENDS, 0, -1, withscores=True)
    ((token_id, expiry),) = entries
    assert token_id == DOCTOR["jti"].encode()
    assert 3600 < expiry - time.time() <= 24 * 3600


def test_a_full_redis_keeps_logouts(aws: Aws, api: Api, full_redis: None) -> None:
    """And evicts what expires, such as records."""
    api("POST", "/logout")
    for number in range(2000):
        aws.redis.set(f"record {number}", bytes(10_000), ex=3600)
    assert aws.redis.info("stats")["evicted_keys"] > 0
    assert aws.redis.exists(*(f"record {number}" for number in range(2000))) < 2000
    assert api("GET", "/session")[0] == 401


def test_without_redis_a_token_is_accepted_and_counted(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    api("POST", "/logout")
    monkeypatch.setenv("REDIS_URL", "redis://localhost:1")
    services.cache_clear()
    assert api("GET", "/session")[0] == 204
    lines = capsys.readouterr().out.splitlines()
    assert Metric.LOGOUT_UNCHECKED in {metric.name for metric in parse_metrics(lines)}


def test_a_token_without_an_id_is_refused(aws: Aws, api: Api) -> None:
    claims = {name: value for name, value in DOCTOR.items() if name != "jti"}
    assert api("GET", "/session", claims=claims)[0] == 403


def test_a_login_is_recorded_once_for_each_token_by_id_alone(aws: Aws, api: Api) -> None:
    first = {**DOCTOR, "iat": "Sun Nov 29 13:34:36 UTC 2026"}
    later = {**DOCTOR, "iat": "Sun Nov 29 15:00:00 UTC 2026", "jti": ANOTHER_TOKEN["jti"]}
    for claims in (first, first, later):
        assert api("POST", "/session", claims=claims) == (204, None)
    entries = aws.s3.list_objects_v2(Bucket="facts", Prefix="logins/")["Contents"]
    assert [entry["Size"] for entry in entries] == [0, 0]
    assert all(f"logins/siteNorth/{DOCTOR['sub']}/" in entry["Key"] for entry in entries)
    logins = services().logins
    assert logins.find_last("siteNorth", [DOCTOR["sub"], "another"]) == {
        DOCTOR["sub"]: "2026-11-29T15:00:00.000Z"
    }
    assert logins.find_last("siteSouth", [DOCTOR["sub"]]) == {}


def test_a_token_without_a_time_counts_from_the_call(aws: Aws, api: Api) -> None:
    before = time.time()
    claims = {name: claim for name, claim in DOCTOR.items() if name != "iat"}
    assert api("POST", "/session", claims=claims)[0] == 204
    [at] = services().logins.find_last("siteNorth", [DOCTOR["sub"]]).values()
    assert datetime.fromisoformat(at).timestamp() == pytest.approx(before, abs=60)
