"""A promotion also reaches an endpoint that is there by day only.

botocore's Stubber replaces SageMaker and EventBridge Scheduler, and checks their requests.
"""

import json
from dataclasses import dataclass, replace
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from release.endpoint_schedule import update_scheduled_endpoint
from release.stage_account import StageAccount, StageError
from tests.release.endpoint_calls import (
    ARCHIVE,
    ARN,
    CONTAINER,
    ENDPOINT,
    NETWORK,
    NOW,
    VARIANT,
    SameName,
    add_undone_update,
    build_endpoint,
)
from tests.release.stage import ENVIRONMENT

SCHEDULE = f"{ENDPOINT}-morning"
FIELDS = {
    "Name": SCHEDULE,
    "GroupName": "default",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "ScheduleExpression": "cron(30,45 5 * * ? *)",
    "ScheduleExpressionTimezone": "Europe/Berlin",
    "State": "ENABLED",
}
TARGET = {
    "Arn": "arn:aws:scheduler:::aws-sdk:sagemaker:createEndpoint",
    "RoleArn": "arn:aws:iam::123456789012:role/schedule",
}


@dataclass
class Session:
    clients: dict[str, Any]

    def client(self, service: str, region_name: str) -> Any:
        return self.clients[service]


@dataclass(frozen=True)
class Stubs:
    account: StageAccount
    sagemaker: Stubber
    scheduler: Stubber

    def update(self) -> None:
        update_scheduled_endpoint(self.account, "next-1", archive_url=ARCHIVE)
        self.sagemaker.assert_no_pending_responses()
        self.scheduler.assert_no_pending_responses()


@pytest.fixture
def stubs() -> Any:
    clients: dict[str, Any] = {
        name: boto3.client(
            name, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
        )
        for name in ("sagemaker", "scheduler")
    }
    environment = replace(
        ENVIRONMENT, stage="prod", endpoint_name=ENDPOINT, endpoint_schedule=SCHEDULE
    )
    account = StageAccount(environment=environment, session=Session(clients))
    with Stubber(clients["sagemaker"]) as sagemaker, Stubber(clients["scheduler"]) as scheduler:
        yield Stubs(account, sagemaker, scheduler)


def build_input(config: str) -> str:
    return json.dumps({"EndpointName": ENDPOINT, "EndpointConfigName": config})


def add_schedule(stubs: Stubs, config: str = "from-the-stack") -> None:
    target = {**TARGET, "Input": build_input(config)}
    response = {
        **FIELDS,
        "Arn": "arn:aws:scheduler:us-east-1:123456789012:schedule/x",
        "Target": target,
    }
    stubs.scheduler.add_response("get_schedule", response, {"Name": SCHEDULE})


def add_absence(stubs: Stubs) -> None:
    stubs.sagemaker.add_client_error(
        "describe_endpoint", "ValidationException", 'Could not find endpoint "x".'
    )


def add_base(stubs: Stubs, archive: str) -> None:
    """The configuration of the schedule, and its model."""
    config = {
        "EndpointConfigName": "from-the-stack",
        "EndpointConfigArn": ARN,
        "ProductionVariants": [VARIANT],
        "CreationTime": NOW,
    }
    stubs.sagemaker.add_response("describe_endpoint_config", config)
    model = {
        "ModelName": "from-the-stack",
        "ModelArn": ARN,
        "CreationTime": NOW,
        "PrimaryContainer": {**CONTAINER, "ModelDataUrl": archive},
        "ExecutionRoleArn": "arn:aws:iam::123456789012:role/endpoint",
        "VpcConfig": NETWORK,
        "EnableNetworkIsolation": True,
    }
    stubs.sagemaker.add_response("describe_model", model)


def add_schedule_update(stubs: Stubs, name: Any) -> None:
    expected = {**FIELDS, "Target": {**TARGET, "Input": name}}
    stubs.scheduler.add_response(
        "update_schedule", {"ScheduleArn": "arn:aws:scheduler:::x"}, expected
    )


def test_at_night_the_endpoint_of_the_morning_gets_the_version(
    stubs: Stubs, capsys: pytest.CaptureFixture[str]
) -> None:
    add_schedule(stubs)
    add_absence(stubs)
    add_base(stubs, str(CONTAINER["ModelDataUrl"]))
    stubs.sagemaker.add_response("create_model", {"ModelArn": ARN})
    stubs.sagemaker.add_response("create_endpoint_config", {"EndpointConfigArn": ARN})
    add_schedule_update(stubs, ANY)
    stubs.update()
    assert "starts in the morning with next-1" in capsys.readouterr().out


def test_the_same_command_again_changes_nothing(stubs: Stubs) -> None:
    add_schedule(stubs)
    add_absence(stubs)
    add_base(stubs, ARCHIVE)
    stubs.update()


def test_by_day_the_running_endpoint_changes_first(stubs: Stubs) -> None:
    """This one serves the version already, and the schedule does not name it yet."""
    add_schedule(stubs)
    stubs.sagemaker.add_response("describe_endpoint", build_endpoint("promoted"))
    stubs.sagemaker.add_response("describe_endpoint", build_endpoint("promoted"))
    add_base(stubs, ARCHIVE)
    stubs.sagemaker.add_response("describe_endpoint", build_endpoint("promoted"))
    add_schedule_update(stubs, build_input("promoted"))
    stubs.update()


def test_a_version_that_an_alarm_refuses_does_not_start_in_the_morning(stubs: Stubs) -> None:
    add_schedule(stubs)
    stubs.sagemaker.add_response("describe_endpoint", build_endpoint("from-the-stack"))
    add_undone_update(stubs.sagemaker, SameName())
    with pytest.raises(StageError, match="did not take next-1"):
        stubs.update()
    stubs.scheduler.assert_no_pending_responses()
