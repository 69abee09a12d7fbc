"""Both stages monitor all their resources: each function, queue, Redis node and site."""

import json
from typing import Any

import pytest

from bundles.function_definitions import CANARY_FUNCTIONS, SCREENING_FUNCTION
from cloudwatch.alarm_rules.journey import OLDEST_SECONDS
from contracts.metrics import Metric
from tests.cloudwatch.template_metrics import metrics_of_alarm
from tests.synthesis import Template


def dimension_values(stage: Template, metric: str) -> list[Any]:
    """The values of the dimensions with which alarms use this metric."""
    return [
        dimension["Value"]
        for alarm in stage.of_type("AWS::CloudWatch::Alarm").values()
        for used in metrics_of_alarm(alarm)
        if used["MetricName"] == metric
        for dimension in used["Dimensions"]
    ]


@pytest.mark.parametrize("metric", ["Errors", "Duration", "Throttles"])
def test_an_alarm_watches_every_function(stage: Template, metric: str) -> None:
    """The canary's two ring by its own alarm."""
    handlers = [each.handler for each in CANARY_FUNCTIONS]
    functions = [
        name
        for name, function in stage.of_type("AWS::Lambda::Function").items()
        if function["Handler"] not in handlers
    ]
    assert functions
    assert all({"Ref": name} in dimension_values(stage, metric) for name in functions)


def test_an_alarm_watches_every_queue(stage: Template) -> None:
    metrics = ("ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible")
    resources = [value for metric in metrics for value in dimension_values(stage, metric)]
    queues = stage.of_type("AWS::SQS::Queue")
    assert queues
    assert all({"Fn::GetAtt": [name, "QueueName"]} in resources for name in queues)


def test_an_alarm_watches_both_nodes_of_redis(stage: Template) -> None:
    assert (
        len({str(node) for node in dimension_values(stage, "DatabaseMemoryUsagePercentage")}) == 2
    )


def test_a_first_failed_try_does_not_ring_the_queue(stage: Template) -> None:
    timeouts = [
        queue["VisibilityTimeout"]
        for queue in stage.of_type("AWS::SQS::Queue").values()
        if "VisibilityTimeout" in queue
    ]
    assert timeouts
    for timeout in timeouts:
        assert timeout + SCREENING_FUNCTION.timeout_seconds <= OLDEST_SECONDS


def test_every_alarm_tells_a_topic(stage: Template) -> None:
    topics = [{"Ref": name} for name in stage.of_type("AWS::SNS::Topic")]
    composites = stage.of_type("AWS::CloudWatch::CompositeAlarm").values()
    rules = json.dumps([each["AlarmRule"] for each in composites])
    for key, alarm in stage.of_type("AWS::CloudWatch::Alarm").items():
        is_told = [action for action in alarm.get("AlarmActions", []) if action in topics]
        assert is_told or key in rules, alarm
    for composite in composites:
        assert [action for action in composite["AlarmActions"] if action in topics]


def test_no_two_alarms_have_one_name(stage: Template) -> None:
    names = [alarm["AlarmName"] for alarm in stage.of_type("AWS::CloudWatch::Alarm").values()]
    assert len(names) == len(set(names))


def test_the_endpoint_is_watched_by_its_name_and_variant(prod: Template) -> None:
    config = prod.only("AWS::SageMaker::EndpointConfig")
    [variant] = config["ProductionVariants"]
    name = prod.only("AWS::SageMaker::Endpoint")["EndpointName"]
    for metric in ("ModelLatency", "Invocation5XXErrors", "GPUUtilization"):
        assert dimension_values(prod, metric) == [name, variant["VariantName"]]


def test_without_an_endpoint_no_alarm_asks_for_one(template: Template) -> None:
    assert dimension_values(template, "ModelLatency") == []
    assert dimension_values(template, Metric.FALLBACK) == []


def test_every_site_of_the_stage_has_an_alarm_on_its_positive_rate(stage: Template) -> None:
    assert "siteMain" in dimension_values(stage, Metric.POSITIVE_RATE)
