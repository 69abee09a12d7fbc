"""The GPU endpoint follows the pointer, is shut in, and is replaced with care."""

import json
from dataclasses import replace
from typing import Any

import botocore.session
import pytest

from cdk.config import DEV
from cdk.endpoint import endpoint_name
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
    asked = set(_leaves(endpoint.only("Custom::ModelRelease")["Endpoint"]))
    follows = {"ModelDataUrl", "ModelName", "EndpointConfigName", "EndpointName"}
    made_of = endpoint.only(f"AWS::SageMaker::{part}")
    assert made_of
    assert [leaf for leaf in _leaves(made_of, leave_out=follows) if leaf not in asked] == []


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
    where = endpoint.only("AWS::SageMaker::Model")["VpcConfig"]["Subnets"]
    assert [subnets[each["Ref"]]["CidrBlock"] for each in where] == list(STAGE.private_cidrs)


def test_the_image_is_aws_own_in_the_same_region(endpoint: Template) -> None:
    image = endpoint.only("AWS::SageMaker::Model")["PrimaryContainer"]["Image"]
    registry, _, name = image.partition("/")
    assert registry == "763104351884.dkr.ecr.us-east-1.amazonaws.com"
    assert name == "tensorflow-inference:2.20-gpu-py312-cu129-amzn2023-sagemaker"


def test_sagemaker_knows_machine_image_and_instance(endpoint: Template) -> None:
    [variant] = endpoint.only("AWS::SageMaker::EndpointConfig")["ProductionVariants"]
    images = _enum("ProductionVariantInferenceAmiVersion")
    instances = _enum("ProductionVariantInstanceType")
    assert variant["InferenceAmiVersion"] in images
    assert variant["InstanceType"] in instances


def _enum(shape: str) -> list[str]:
    """The values that SageMaker's own API model allows."""
    model = botocore.session.get_session().get_service_model("sagemaker")
    values: list[str] = model.shape_for(shape).enum  # type: ignore[attr-defined]
    return values


def test_no_key_is_named_that_sagemaker_would_refuse(endpoint: Template) -> None:
    """AWS's rule for CreateEndpointConfig: none for instances that have disks of their own."""
    config = endpoint.only("AWS::SageMaker::EndpointConfig")
    [variant] = config["ProductionVariants"]
    assert variant["InstanceType"].split(".")[1] in ("g4dn", "g5", "g6")
    assert "KmsKeyId" not in config


def test_batching_leaves_the_caller_its_time_and_holds_every_function(
    endpoint: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", STAGE.region)
    said = endpoint.only("AWS::SageMaker::Model")["PrimaryContainer"]["Environment"]
    batch, queue, wait = (
        int(said[f"SAGEMAKER_TFS_{name}"])
        for name in ("MAX_BATCH_SIZE", "MAX_ENQUEUED_BATCHES", "BATCH_TIMEOUT_MICROS")
    )
    patience = clients.sagemaker.__wrapped__().meta.config.read_timeout  # type: ignore[attr-defined]
    assert said["SAGEMAKER_TFS_ENABLE_BATCHING"] == "true"
    assert wait / 1e6 < patience / 100
    assert STAGE.screening_concurrency <= batch * queue < STAGE.screening_concurrency + batch


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
    [called] = [
        json.dumps(statement["Resource"])
        for policy in prod.of_type("AWS::IAM::ManagedPolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Action"] == "sagemaker:InvokeEndpoint"
    ]
    told = [
        function["Environment"]["Variables"].get("ENDPOINT_NAME")
        for function in prod.of_type("AWS::Lambda::Function").values()
    ]
    assert f":endpoint/{name}" in called
    assert [each for each in told if each is not None] == [name]


def test_the_endpoint_may_look_at_the_alarms_that_roll_it_back(prod: Template) -> None:
    config = prod.only("AWS::SageMaker::Endpoint")["DeploymentConfig"]
    rolls_back = {
        prod.resources[each["AlarmName"]["Ref"]]["Properties"]["AlarmName"]
        for each in config["AutoRollbackConfiguration"]["Alarms"]
    }
    for policy in ("EndpointRole", "TrainingPeopleApprover"):
        [looked_at] = [
            statement["Resource"]
            for key, each in prod.of_type("AWS::IAM::ManagedPolicy").items()
            if key.startswith(policy)
            for statement in each["PolicyDocument"]["Statement"]
            if statement["Action"] == "cloudwatch:DescribeAlarms"
        ]
        assert {resolve(each).rpartition(":")[2] for each in looked_at} == rolls_back


def test_the_endpoint_is_rolled_back_by_its_own_alarms(prod: Template) -> None:
    deployment = prod.only("AWS::SageMaker::Endpoint")["DeploymentConfig"]
    names = [each["AlarmName"] for each in deployment["AutoRollbackConfiguration"]["Alarms"]]
    alarms = prod.of_type("AWS::CloudWatch::Alarm")
    assert names
    assert all("endpoint" in alarms[name["Ref"]]["AlarmName"] for name in names)


def test_an_alarm_has_the_time_to_ring_before_the_old_fleet_goes(prod: Template) -> None:
    """With two minutes in which CloudWatch hears of it."""
    config = prod.only("AWS::SageMaker::Endpoint")["DeploymentConfig"]
    bake = config["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"]["WaitIntervalInSeconds"]
    for each in config["AutoRollbackConfiguration"]["Alarms"]:
        alarm = prod.resources[each["AlarmName"]["Ref"]]["Properties"]
        periods = [metric["Period"] for metric in _leaves_named(alarm, "Period")]
        assert max(periods) * alarm["EvaluationPeriods"] + 120 <= bake


def _leaves_named(part: Any, name: str) -> Any:
    """Each object within that has the name."""
    if isinstance(part, dict):
        found = [part] if name in part else []
        return found + [each for value in part.values() for each in _leaves_named(value, name)]
    return (
        [each for value in part for each in _leaves_named(value, name)]
        if isinstance(part, list)
        else []
    )


def test_a_stage_without_a_gpu_has_no_endpoint(template: Template) -> None:
    assert endpoint_name(DEV) == ""
    assert [name for name in template.resources if "Endpoint" in name] == []


def _leaves(part: Any, leave_out: Any = frozenset()) -> Any:
    """Every value below, as text; references are values."""
    if isinstance(part, dict) and not part.keys() & {"Ref", "Fn::GetAtt", "Fn::Join", "Fn::Sub"}:
        kept = [value for key, value in part.items() if key not in leave_out]
    elif isinstance(part, list):
        kept = part
    else:
        # Of what is yes or no there is no other value here.
        return [] if part is True else [json.dumps(part)]
    return [leaf for value in kept for leaf in _leaves(value, leave_out)]
