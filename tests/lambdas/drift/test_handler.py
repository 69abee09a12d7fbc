"""The function compares what screening has stored, and keeps its reference for good."""

import json

import pytest

from contracts import keys
from contracts.metrics import Metric
from lambdas.drift import handler
from local.log_metrics import MetricValue, parse_metrics
from tests.lambdas.calls import Api, Aws, Context, screen_phantom
from tests.lambdas.unreadable_facts import put_fact


@pytest.fixture
def small_site(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two answers are a window, three a reference."""
    monkeypatch.setattr(handler, "WINDOW", 2)
    monkeypatch.setattr(handler, "REFERENCE", 3)


def metrics(capsys: pytest.CaptureFixture[str], name: Metric) -> list[MetricValue]:
    lines = capsys.readouterr().out.splitlines()
    return [each for each in parse_metrics(lines) if each.name == name]


def test_a_site_with_few_answers_is_not_compared(
    aws: Aws, api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    screen_phantom(aws, api)
    assert handler.handler({}, Context()) == {"siteNorth": 0}
    assert metrics(capsys, Metric.DRIFT) == []


def test_the_reference_is_written_once_and_each_signal_is_emitted(
    aws: Aws, api: Api, small_site: None, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two", "three"):
        screen_phantom(aws, api, name)
    handler.handler({}, Context())
    signals = {each.dimensions["signal"] for each in metrics(capsys, Metric.DRIFT)}
    assert {"score", "spread", "sharpness", "refused"} <= signals
    version = str(api("GET", "/model")[1]["model_version"])
    key = keys.drift_reference("siteNorth", version)
    first = aws.s3.get_object(Bucket="facts", Key=key)["Body"].read()
    screen_phantom(aws, api, "four")
    handler.handler({}, Context())
    assert aws.s3.get_object(Bucket="facts", Key=key)["Body"].read() == first
    assert sum(json.loads(first)["numbers"]["score"]["counts"]) == 3


def test_a_film_that_cannot_be_read_does_not_stop_the_comparison(
    aws: Aws, api: Api, small_site: None
) -> None:
    for name in ("one", "two", "three"):
        screen_phantom(aws, api, name)
    put_fact(aws, api.create("damaged"), 2, b"{")
    aws.redis.flushall()
    assert "siteNorth" in handler.handler({}, Context())


def test_a_reference_that_cannot_be_read_is_an_error(aws: Aws, api: Api, small_site: None) -> None:
    for name in ("one", "two", "three"):
        screen_phantom(aws, api, name)
    version = str(api("GET", "/model")[1]["model_version"])
    key = keys.drift_reference("siteNorth", version)
    aws.s3.put_object(Bucket="facts", Key=key, Body=b"{}")
    with pytest.raises(ValueError, match="Reference"):
        handler.handler({}, Context())
