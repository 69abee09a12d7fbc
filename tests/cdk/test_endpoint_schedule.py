"""With `endpoint: schedule` the stack holds no endpoint, and a schedule makes one each morning."""

import json
from dataclasses import replace
from typing import Any

import pytest

from cdk.config import PROD
from cdk.endpoint_names import endpoint_hours, endpoint_name, endpoint_schedule_name
from cdk.endpoint_scaling import WORKING_HOURS
from contracts.endpoint_hours import parse_endpoint_hours
from deploy.costs import estimate
from tests.cdk.endpoint_stack import synthesise_endpoint
from tests.synthesis import Template

STAGE = replace(
    PROD, endpoint_is_scheduled=True, endpoint_instances=(2, 4), time_zone="Europe/Berlin"
)


@pytest.fixture(scope="module")
def scheduled(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return synthesise_endpoint(STAGE, tmp_path_factory.mktemp("scheduled"))


def find_schedule(template: Template, action: str) -> dict[str, Any]:
    [schedule] = [
        each
        for each in template.of_type("AWS::Scheduler::Schedule").values()
        if f"aws-sdk:sagemaker:{action}" in json.dumps(each["Target"]["Arn"])
    ]
    return schedule


def test_the_stack_holds_a_configuration_and_no_endpoint(scheduled: Template) -> None:
    assert not scheduled.of_type("AWS::SageMaker::Endpoint")
    assert not scheduled.of_type("AWS::ApplicationAutoScaling::ScalableTarget")
    [variant] = scheduled.only("AWS::SageMaker::EndpointConfig")["ProductionVariants"]
    assert variant["InitialInstanceCount"] == 2


def test_it_is_created_before_the_day_begins_and_deleted_after_it(scheduled: Template) -> None:
    morning, evening = (
        find_schedule(scheduled, f"{each}Endpoint") for each in ("create", "delete")
    )
    assert WORKING_HOURS == (6, 20)
    assert morning["ScheduleExpression"] == "cron(30,45 5 * * ? *)"
    assert evening["ScheduleExpression"] == "cron(5,35 20-21 * * ? *)"
    assert {each["ScheduleExpressionTimezone"] for each in (morning, evening)} == {"Europe/Berlin"}


def test_the_calls_name_the_endpoint_that_the_functions_call(scheduled: Template) -> None:
    name = endpoint_name(STAGE)
    assert name == "chest-xray-prod-g4dn-xlarge-day"
    [config] = scheduled.of_type("AWS::SageMaker::EndpointConfig")
    start = find_schedule(scheduled, "createEndpoint")
    assert start["Name"] == endpoint_schedule_name(STAGE)
    _, [before, attribute, after] = start["Target"]["Input"]["Fn::Join"]
    assert attribute == {"Fn::GetAtt": [config, "EndpointConfigName"]}
    request = json.loads(before + "the configuration" + after)
    assert request == {"EndpointName": name, "EndpointConfigName": "the configuration"}
    stop = find_schedule(scheduled, "deleteEndpoint")
    assert json.loads(stop["Target"]["Input"]) == {"EndpointName": name}


def test_the_schedule_may_do_nothing_else(scheduled: Template) -> None:
    statements = scheduled.statements("EndpointScheduleRights")
    actions = {each["Action"] for each in statements}
    assert actions == {"sagemaker:CreateEndpoint", "sagemaker:DeleteEndpoint"}
    for statement in statements:
        assert endpoint_name(STAGE) in json.dumps(statement["Resource"])


def test_the_functions_call_it_in_its_hours_only() -> None:
    hours = parse_endpoint_hours(endpoint_hours(STAGE))
    assert hours is not None
    assert (hours.first, hours.end, hours.time_zone) == (6, 20, "Europe/Berlin")
    assert endpoint_hours(PROD) == endpoint_schedule_name(PROD) == ""


def test_the_nights_are_not_paid(scheduled: Template) -> None:
    [line] = [
        line
        for line in estimate(scheduled.documents, radiographs_a_day=100).lines
        if line.name == "endpoint"
    ]
    assert line.quantity == pytest.approx(2 * 14 * 730 / 24)
