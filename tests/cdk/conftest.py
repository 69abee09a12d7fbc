"""The endpoint with its dependencies only: a whole synth takes three times as long."""

import shutil
from dataclasses import replace

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_s3 as s3

from bundles import function_definitions
from bundles.function_definitions import Resources
from cdk.audit_logs import AuditLogs
from cdk.bundled_function import BundledFunction
from cdk.config import PROD
from cdk.endpoint import Endpoint
from cdk.keys import Keys
from cdk.model_release import ModelRelease
from cdk.network import Network
from tests.synthesis import Template

STAGE = replace(PROD, endpoint_instances=(2, 4), time_zone="Europe/Berlin")


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The endpoint of STAGE, which one alarm rolls back."""
    out = tmp_path_factory.mktemp("endpoint")
    app = App(analytics_reporting=False, outdir=str(out))
    stack = Stack(app, "Stack", env=Environment(region=STAGE.region))
    keys = Keys(stack, "Keys", stage=STAGE)
    audit = AuditLogs(stack, "Logs", key=keys.operations, stage=STAGE)
    network = Network(stack, "Network", log=audit.flows, stage=STAGE)
    models = s3.Bucket(stack, "Models")
    resources = Resources(**dict.fromkeys(Resources.__dataclass_fields__, ""))
    function = BundledFunction(
        stack,
        "Release",
        definition=function_definitions.RELEASE_MODEL_FUNCTION,
        resources=resources,
        keys=keys,
        stage=STAGE,
        network=network,
    )
    endpoint = Endpoint(
        stack,
        "Endpoint",
        release=ModelRelease(stack, "ModelRelease", function=function, models=models),
        models=models,
        network=network,
        keys=keys,
        stage=STAGE,
    )
    alarm = cloudwatch.Alarm.from_alarm_arn(
        stack, "Fails", "arn:aws:cloudwatch:us-east-1:111122223333:alarm:endpoint-fails"
    )
    endpoint.roll_back_on(alarm)
    template = app.synth().get_stack_by_name("Stack").template
    shutil.rmtree(out)  # pytest would keep 60 MB of the model.
    return Template({"Stack": template})
