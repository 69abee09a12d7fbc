"""The endpoint alone with what it needs: a whole synth would take three times as long."""

import shutil
from dataclasses import replace
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_s3 as s3

from bundles import functions
from bundles.functions import Resources
from cdk.audit_logs import AuditLogs
from cdk.config import PROD
from cdk.endpoint import Endpoint
from cdk.function import BundledFunction
from cdk.keys import Keys
from cdk.model_release import ModelRelease
from cdk.network import Network
from tests.synthesis import Template

STAGE = replace(PROD, endpoint_instances=(2, 4), time_zone="Europe/Berlin")


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Of STAGE, rolled back by one alarm."""
    out = tmp_path_factory.mktemp("endpoint")
    app = App(analytics_reporting=False, outdir=str(out))
    stack = Stack(app, "Alone", env=Environment(region=STAGE.region))
    keys = Keys(stack, "Keys", stage=STAGE)
    audit = AuditLogs(stack, "Logs", key=keys.operations, stage=STAGE)
    network = Network(stack, "Network", log=audit.flows, stage=STAGE)
    models = s3.Bucket(stack, "Models")
    resources = Resources(**dict.fromkeys(Resources.__dataclass_fields__, ""))
    function = BundledFunction(
        stack,
        "Release",
        definition=functions.RELEASE_FUNCTION,
        resources=resources,
        keys=keys,
        stage=STAGE,
        network=network,
    )
    made = Endpoint(
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
    made.roll_back_on(alarm)
    template = app.synth().get_stack_by_name("Alone").template
    shutil.rmtree(out)  # 60 MB of the model, which pytest would keep.
    return Template({"Alone": template})
