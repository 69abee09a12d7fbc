"""A stack of the endpoint with its dependencies only: a whole synth takes three times as long."""

import shutil
from pathlib import Path

from aws_cdk import App, Environment, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_s3 as s3

from bundles import function_definitions
from bundles.function_definitions import Resources
from cdk.audit_logs import AuditLogs
from cdk.bundled_function import BundledFunction
from cdk.config import Stage
from cdk.endpoint import Endpoint
from cdk.keys import Keys
from cdk.model_release import ModelRelease
from cdk.network import Network
from tests.synthesis import Template


def synthesise_endpoint(stage: Stage, out: Path, *, alarm: str = "") -> Template:
    """`alarm` is the ARN of the one that rolls the endpoint back, where there is one."""
    app = App(analytics_reporting=False, outdir=str(out))
    stack = Stack(app, "Stack", env=Environment(region=stage.region))
    keys = Keys(stack, "Keys", stage=stage)
    audit = AuditLogs(stack, "Logs", key=keys.operations, stage=stage)
    network = Network(stack, "Network", log=audit.flows, stage=stage)
    models = s3.Bucket(stack, "Models")
    function = BundledFunction(
        stack,
        "Release",
        definition=function_definitions.RELEASE_MODEL_FUNCTION,
        resources=Resources(**dict.fromkeys(Resources.__dataclass_fields__, "")),
        keys=keys,
        stage=stage,
        network=network,
    )
    endpoint = Endpoint(
        stack,
        "Endpoint",
        release=ModelRelease(stack, "ModelRelease", function=function, models=models),
        models=models,
        network=network,
        keys=keys,
        stage=stage,
    )
    alarms = [cloudwatch.Alarm.from_alarm_arn(stack, "Fails", alarm)] if alarm else []
    endpoint.roll_back_on(*alarms)
    template = app.synth().get_stack_by_name("Stack").template
    shutil.rmtree(out)  # pytest would keep 60 MB of the model.
    return Template({"Stack": template})
