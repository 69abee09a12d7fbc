"""Prod's three stacks in a moto account, by CDK's command line, as far as moto can.

`make deploy STAGE=prod` asks for quotas that moto does not have, and deploys a second time with
`deletion_protection`, for which moto cannot update the data stack. So the templates are those of
its first deploy, without protection. moto skips the same types as in dev, and those listed here; it
ignores Object Lock and routes, which tests/cdk/test_buckets and test_network check.
"""

import json
from pathlib import Path

import pytest

from bundles.function_definitions import FUNCTIONS
from cdk.config import PROD
from deploy.templates import EXAMPLE_SETTINGS, stack_names, synthesise
from tests.deploy import test_moto
from tests.deploy.conftest import Cloud

# Each with the test file that checks it on the template.
SKIPPED = {
    "AWS::ApplicationAutoScaling::ScalableTarget": "cdk/test_endpoint_scaling",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "cdk/test_endpoint_scaling",
    "AWS::Cognito::UserPoolRiskConfigurationAttachment": "cdk/test_login",
    "AWS::SNS::Subscription": "cloudwatch/test_topics",
}


@pytest.fixture(scope="module")
def deployed(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Cloud:
    folder = tmp_path_factory.mktemp("prod")
    assert cloud.run("bootstrap", "--stage", "dev").returncode == 0
    synthesise("prod", folder, defaults=EXAMPLE_SETTINGS, overrides={"deletion_protection": "none"})
    options = ("--all", "--app", str(folder), "--require-approval", "never")
    result = cloud.run_cdk("deploy", *options)
    assert result.returncode == 0, result.stdout + result.stderr
    return cloud


def test_all_stacks_of_prod_are_complete(deployed: Cloud) -> None:
    stacks = deployed.client("cloudformation").describe_stacks()["Stacks"]
    states = {stack["StackName"]: stack["StackStatus"] for stack in stacks}
    assert {name: states[name] for name in stack_names("prod")} == dict.fromkeys(
        stack_names("prod"), "CREATE_COMPLETE"
    )
    assert len(deployed.client("lambda").list_functions()["Functions"]) == len(FUNCTIONS)


def test_there_is_an_endpoint_and_the_archive_that_it_serves(deployed: Cloud) -> None:
    """moto keeps neither the endpoint's name nor the address of the archive."""
    s3 = deployed.client("s3")
    [bucket] = [name for name in test_moto.buckets(deployed) if "models" in name]
    pointer = json.loads(s3.get_object(Bucket=bucket, Key="models/current.json")["Body"].read())
    key = f"models/{pointer['model_version']}/model.tar.gz"
    assert s3.head_object(Bucket=bucket, Key=key)["ContentLength"] > 1_000_000
    assert len(deployed.client("sagemaker").list_endpoints()["Endpoints"]) == 1


def test_functions_are_in_the_private_subnets(deployed: Cloud) -> None:
    ec2 = deployed.client("ec2")
    functions = deployed.client("lambda").list_functions()["Functions"]
    used = {
        subnet for each in functions for subnet in each.get("VpcConfig", {}).get("SubnetIds", [])
    }
    subnets = ec2.describe_subnets(SubnetIds=sorted(used))["Subnets"]
    assert {subnet["CidrBlock"] for subnet in subnets} == set(PROD.private_cidrs)
    assert len(ec2.describe_nat_gateways()["NatGateways"]) == PROD.nat_gateways


def test_what_moto_skips_of_prod_is_held_to_rules_elsewhere(deployed: Cloud) -> None:
    assert deployed.skipped == test_moto.SKIPPED.keys() | SKIPPED.keys()
    for resource_type, test_file in SKIPPED.items():
        text = (Path(test_moto.__file__).parents[1] / f"{test_file}.py").read_text()
        assert f'"{resource_type}"' in text
