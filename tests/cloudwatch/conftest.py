"""The dashboards and alarms of a stage, with small resources in place of the real ones."""

from typing import Any, Protocol

import pytest
from aws_cdk import App, Duration, Environment, Stack, assertions
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs

from bundles.function_definitions import CANARY_FUNCTIONS, FUNCTIONS
from cloudwatch.monitored_resources import MonitoredEndpoint, MonitoredQueue, MonitoredResources
from cloudwatch.monitoring import Monitoring
from cloudwatch.topics import Severity
from contracts.sites import SiteSettings
from tests.cloudwatch.emitted_metrics import failure_metrics, local_metrics
from tests.lambdas.conftest import api, aws, decoder_process, moto_state, moto_url, redis_url
from tests.synthesis import Template

__all__ = [
    "api",
    "aws",
    "decoder_process",
    "failure_metrics",
    "local_metrics",
    "moto_state",
    "moto_url",
    "redis_url",
]

SITES = {"siteNorth": SiteSettings(prevalence=0.6), "siteSouth": SiteSettings(prevalence=0.1)}


@pytest.fixture(scope="session")
def monitoring() -> Template:
    """A stage with a GPU endpoint, a firewall and two sites."""
    stack = Stack(App(), "Stack", env=Environment(region="us-east-1"))
    resources = MonitoredResources(
        stage="prod",
        api_name="chest-xray-prod",
        functions={
            function.name: _function(stack, function.name, function.timeout_seconds)
            for function in FUNCTIONS
            if function not in CANARY_FUNCTIONS
        },
        queues=[
            MonitoredQueue(
                name="arrivals",
                queue=sqs.Queue(stack, "Queue"),
                dead_letters=sqs.Queue(stack, "DeadLetters"),
            ),
            MonitoredQueue(name="rebuild", dead_letters=sqs.Queue(stack, "RefillDeadLetters")),
            MonitoredQueue(name="drift", dead_letters=sqs.Queue(stack, "DriftDeadLetters")),
        ],
        failed_training=sqs.Queue(stack, "FailedTraining"),
        redis=elasticache.CfnReplicationGroup(
            stack, "Redis", replication_group_description="Redis", num_cache_clusters=2
        ),
        sites=SITES,
        access_log=logs.LogGroup(stack, "AccessLog"),
        user_pool="us-east-1_pool",
        runbook_url="https://handbook.example/runbooks",
        endpoint=MonitoredEndpoint(name="chest-xray-prod", variant="main"),
        web_acl="chest-xray-prod",
    )
    key = kms.Key(stack, "Key")
    addresses: dict[Severity, list[str]] = {
        Severity.PAGE: ["https://calls.example/key", "lead@hospital.example"],
        Severity.TICKET: [],
    }
    email = "duty@hospital.example"
    Monitoring(stack, "Parts", resources=resources, key=key, email=email, addresses=addresses)
    return Template({"Stack": dict(assertions.Template.from_stack(stack).to_json())})


def _function(stack: Stack, name: str, timeout_seconds: int) -> lambda_.Function:
    return lambda_.Function(
        stack,
        name.capitalize(),
        runtime=lambda_.Runtime.PYTHON_3_12,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        timeout=Duration.seconds(timeout_seconds),
        log_group=logs.LogGroup(stack, f"{name.capitalize()}Logs"),
    )


class FindAlarm(Protocol):
    def __call__(self, name: str) -> dict[str, Any]: ...


@pytest.fixture(scope="session")
def find_alarm(monitoring: Template) -> FindAlarm:
    """Finds a synthesised alarm by its name within the stage."""
    by_name = {
        properties["AlarmName"].removeprefix("chest-xray-prod-"): properties
        for properties in monitoring.of_type("AWS::CloudWatch::Alarm").values()
    }
    return lambda name: by_name[name]
