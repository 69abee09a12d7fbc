"""The GPU endpoint serves the pointer's version, is isolated, and rolls back on alarms."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import botocore.session
import pytest

from cdk import serving
from cdk.config import DEV
from cdk.endpoint_names import endpoint_name
from contracts.queue import BATCH_SIZE
from lambdas import clients
from tests.cdk.conftest import STAGE
from tests.iam.policy import resolve
from tests.synthesis import Template


def test_the_endpoint_serves_what_the_pointer_names(endpoint: Template) -> None:
    [release] = endpoint.of_type("Custom::ModelRelease")
    container = endpoint.only("AWS::SageMaker::Model")["PrimaryContainer"]
    assert container["ModelDataUrl"] == {"Fn::GetAtt": [release, "ModelDataUrl"]}


@pytest.mark.parametrize("part", ["Model", "EndpointConfig", "Endpoint"])
def test_what_changes_the_endpoint_reads_the_pointer_anew(endpoint: Template, part: str) -> None:
    tracked = set(_leaves(endpoint.only("Custom::ModelRelease")["Endpoint"]))
    derived = frozenset({"ModelDataUrl", "ModelName", "EndpointConfigName", "EndpointName"})
    properties = endpoint.only(f"AWS::SageMaker::{part}")
    assert properties
    assert [leaf for leaf in _leaves(properties, leave_out=derived) if leaf not in tracked] == []


def test_the_container_reaches_nothing_and_nobody_reaches_it(endpoint: Template) -> None:
    model = endpoint.only("AWS::SageMaker::Model")
    [reference] = model["VpcConfig"]["SecurityGroupIds"]
    group = endpoint.of_type("AWS::EC2::SecurityGroup")[reference["Fn::GetAtt"][0]]
    ingress = endpoint.of_type("AWS::EC2::SecurityGroupIngress").values()
    assert model["EnableNetworkIsolation"] is True
    assert "SecurityGroupIngress" not in group
    assert reference not in [rule["GroupId"] for rule in ingress]
    assert [(rule["FromPort"], rule["ToPort"]) for rule in group["SecurityGroupEgress"]] == [
        (443, 443)
    ]


def test_the_endpoint_is_in_the_private_subnets(endpoint: Template) -> None:
    subnets = endpoint.of_type("AWS::EC2::Subnet")
    references = endpoint.only("AWS::SageMaker::Model")["VpcConfig"]["Subnets"]
    assert [subnets[each["Ref"]]["CidrBlock"] for each in references] == list(STAGE.private_cidrs)


def test_the_image_is_aws_own_in_the_same_region(endpoint: Template) -> None:
    image = endpoint.only("AWS::SageMaker::Model")["PrimaryContainer"]["Image"]
    registry, _, name = image.partition("/")
    assert registry == "763104351884.dkr.ecr.us-east-1.amazonaws.com"
    assert name == "tensorflow-inference:2.20-gpu-py312-cu129-amzn2023-sagemaker"


def test_an_image_is_named_by_tag_or_by_digest() -> None:
    repository = "763104351884.dkr.ecr.eu-west-1.amazonaws.com/tensorflow-inference"
    assert serving.image("eu-west-1", "2.20-v1") == f"{repository}:2.20-v1"
    assert serving.image("eu-west-1", f"sha256:{'0f' * 32}") == f"{repository}@sha256:{'0f' * 32}"


def test_the_container_gives_up_shortly_before_sagemaker_does(endpoint: Template) -> None:
    """Without the variable it gives up after 51 s (`wait_for_model` of AWS's tfs_utils.py)."""
    environment = endpoint.only("AWS::SageMaker::Model")["PrimaryContainer"]["Environment"]
    [variant] = endpoint.only("AWS::SageMaker::EndpointConfig")["ProductionVariants"]
    left = variant["ContainerStartupHealthCheckTimeoutInSeconds"] - int(
        environment["SAGEMAKER_TFS_WAIT_TIME_SECONDS"]
    )
    assert 0 < left < 120


def test_sagemaker_knows_machine_image_and_instance(endpoint: Template) -> None:
    [variant] = endpoint.only("AWS::SageMaker::EndpointConfig")["ProductionVariants"]
    images = _enum("ProductionVariantInferenceAmiVersion")
    instances = _enum("ProductionVariantInstanceType")
    assert variant["InferenceAmiVersion"] in images
    assert variant["InstanceType"] in instances


def _enum(shape: str) -> list[str]:
    """The values that SageMaker's API model allows."""
    model = botocore.session.get_session().get_service_model("sagemaker")
    values: list[str] = model.shape_for(shape).enum  # type: ignore[attr-defined]
    return values


def test_no_key_is_named_that_sagemaker_would_refuse(endpoint: Template) -> None:
    """CreateEndpointConfig allows no key for instances with local disks."""
    config = endpoint.only("AWS::SageMaker::EndpointConfig")
    [variant] = config["ProductionVariants"]
    assert variant["InstanceType"].split(".")[1] in ("g4dn", "g5", "g6")
    assert "KmsKeyId" not in config


def test_batching_leaves_the_caller_its_time_and_holds_every_function(
    endpoint: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", STAGE.region)
    environment = endpoint.only("AWS::SageMaker::Model")["PrimaryContainer"]["Environment"]
    batch, queue, wait = (
        int(environment[f"SAGEMAKER_TFS_{name}"])
        for name in ("MAX_BATCH_SIZE", "MAX_ENQUEUED_BATCHES", "BATCH_TIMEOUT_MICROS")
    )
    timeout = clients.sagemaker.__wrapped__().meta.config.read_timeout  # type: ignore[attr-defined]
    assert environment["SAGEMAKER_TFS_ENABLE_BATCHING"] == "true"
    assert wait / 1e6 < timeout / 100
    radiographs = STAGE.screening_concurrency * BATCH_SIZE
    # A batch is closed when the next call does not fit.
    assert radiographs <= queue * (batch - BATCH_SIZE + 1) < radiographs + batch


def test_a_new_fleet_gives_way_when_an_alarm_rings(endpoint: Template) -> None:
    deployment = endpoint.only("AWS::SageMaker::Endpoint")["DeploymentConfig"]
    assert deployment["AutoRollbackConfiguration"] == {"Alarms": [{"AlarmName": "endpoint-fails"}]}
    routing = deployment["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"]
    assert routing["WaitIntervalInSeconds"] >= 300


def test_the_endpoints_log_ends_and_is_encrypted(endpoint: Template) -> None:
    [group] = [
        each
        for each in endpoint.of_type("AWS::Logs::LogGroup").values()
        if each.get("LogGroupName") == f"/aws/sagemaker/Endpoints/{endpoint_name(STAGE)}"
    ]
    assert group["RetentionInDays"] == 365
    assert "KmsKeyId" in group


def test_another_instance_type_is_another_endpoint() -> None:
    other = replace(STAGE, endpoint_instance_type="ml.g5.2xlarge")
    assert endpoint_name(STAGE) == "chest-xray-prod-g4dn-xlarge"
    assert endpoint_name(other) == "chest-xray-prod-g5-2xlarge"


def test_screening_may_call_this_endpoint_and_knows_its_name(prod: Template) -> None:
    name = prod.only("AWS::SageMaker::Endpoint")["EndpointName"]
    [resource] = [
        json.dumps(statement["Resource"])
        for statement in prod.statements()
        if statement["Action"] == "sagemaker:InvokeEndpoint"
    ]
    variables = [
        function["Environment"]["Variables"].get("ENDPOINT_NAME")
        for function in prod.of_type("AWS::Lambda::Function").values()
    ]
    assert f":endpoint/{name}" in resource
    assert [value for value in variables if value is not None] == [name]


def test_the_endpoint_may_look_at_the_alarms_that_roll_it_back(prod: Template) -> None:
    config = prod.only("AWS::SageMaker::Endpoint")["DeploymentConfig"]
    rollback_alarms = {
        prod.resources[each["AlarmName"]["Ref"]]["Properties"]["AlarmName"]
        for each in config["AutoRollbackConfiguration"]["Alarms"]
    }
    for policy in ("EndpointRole", "TrainingPeopleApprover"):
        [alarms] = [
            statement["Resource"]
            for statement in prod.statements(policy)
            if statement["Action"] == "cloudwatch:DescribeAlarms"
        ]
        assert {resolve(each).rpartition(":")[2] for each in alarms} == rollback_alarms


def test_the_endpoint_is_rolled_back_by_its_own_alarms(prod: Template) -> None:
    deployment = prod.only("AWS::SageMaker::Endpoint")["DeploymentConfig"]
    names = [each["AlarmName"] for each in deployment["AutoRollbackConfiguration"]["Alarms"]]
    alarms = prod.of_type("AWS::CloudWatch::Alarm")
    assert names
    assert all("endpoint" in alarms[name["Ref"]]["AlarmName"] for name in names)


def test_an_alarm_has_the_time_to_ring_before_the_old_fleet_goes(prod: Template) -> None:
    """With two minutes until CloudWatch receives the metrics."""
    config = prod.only("AWS::SageMaker::Endpoint")["DeploymentConfig"]
    bake = config["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"]["WaitIntervalInSeconds"]
    for each in config["AutoRollbackConfiguration"]["Alarms"]:
        alarm = prod.resources[each["AlarmName"]["Ref"]]["Properties"]
        periods = [metric["Period"] for metric in _objects_with(alarm, "Period")]
        assert max(periods) * alarm["EvaluationPeriods"] + 120 <= bake


def _objects_with(part: Any, name: str) -> Iterator[dict[str, Any]]:
    """Each object within `part` that has the name."""
    if isinstance(part, dict):
        if name in part:
            yield part
        for value in part.values():
            yield from _objects_with(value, name)
    elif isinstance(part, list):
        for value in part:
            yield from _objects_with(value, name)


def test_a_stage_without_a_gpu_has_no_endpoint(template: Template) -> None:
    assert endpoint_name(DEV) == ""
    assert [name for name in template.resources if "Endpoint" in name] == []


def _leaves(part: Any, *, leave_out: frozenset[str] = frozenset()) -> list[str]:
    """Every value within `part`, as JSON; references are values, True is left out."""
    if isinstance(part, dict) and not part.keys() & {"Ref", "Fn::GetAtt", "Fn::Join", "Fn::Sub"}:
        values = [value for key, value in part.items() if key not in leave_out]
    elif isinstance(part, list):
        values = part
    else:
        return [] if part is True else [json.dumps(part)]
    return [leaf for value in values for leaf in _leaves(value, leave_out=leave_out)]
