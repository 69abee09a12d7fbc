"""`make deploy` and `make destroy` in a moto account, end to end, by CDK's command line.

CDK uploads the assets and creates the stacks in their order, references between stacks are
resolved, and the real function releases the model. moto supports no change sets with outputs, so
the stacks are created directly. The resource types that moto lacks are listed here; other tests
check them on the template.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bundles.function_definitions import FUNCTIONS
from deploy.templates import stack_names
from local.npm.program import CDK_CLI
from tests.conftest import ROOT
from tests.deploy.conftest import Cloud

# Each with the test file that checks it on the template.
SKIPPED = {
    "AWS::ApiGateway::Account": "cdk/test_api",
    "AWS::ApiGateway::Authorizer": "cdk/test_api",
    "AWS::ApiGateway::GatewayResponse": "cdk/test_api",
    "AWS::ApiGateway::Stage": "cdk/test_api",
    "AWS::CloudWatch::Alarm": "cloudwatch/test_alarms",
    "AWS::CloudWatch::CompositeAlarm": "cloudwatch/test_faults",
    "AWS::Cognito::ManagedLoginBranding": "cdk/test_login",
    "AWS::Cognito::UserPool": "cdk/test_login",
    "AWS::Cognito::UserPoolClient": "cdk/test_login",
    "AWS::Cognito::UserPoolClientSessionConfigurationAttachment": "cdk/test_login",
    "AWS::Cognito::UserPoolDomain": "cdk/test_login",
    "AWS::Cognito::UserPoolGroup": "cdk/test_login",
    "AWS::Cognito::UserPoolSessionConfigurationAttachment": "cdk/test_login",
    "AWS::EC2::SecurityGroupEgress": "cdk/test_cache",
    "AWS::ElastiCache::ParameterGroup": "cdk/test_cache",
    "AWS::ElastiCache::ReplicationGroup": "cdk/test_network",
    "AWS::ElastiCache::SubnetGroup": "cdk/test_cache",
    "AWS::Logs::QueryDefinition": "cloudwatch/test_log_queries",
    "AWS::S3::BucketPolicy": "cdk/test_buckets",
    "AWS::SageMaker::ModelPackageGroup": "cdk/test_training",
    "AWS::SNS::TopicPolicy": "cloudwatch/test_topics",
    "AWS::SQS::QueuePolicy": "cdk/test_ingestion",
    "AWS::SecretsManager::Secret": "cdk/test_functions",
    "AWS::WAFv2::LoggingConfiguration": "cdk/test_firewall",
    "AWS::WAFv2::WebACL": "cdk/test_firewall",
    "AWS::WAFv2::WebACLAssociation": "cdk/test_firewall",
}


@pytest.fixture(scope="module")
def deployed(cloud: Cloud) -> Iterator[Cloud]:
    """The dev stage, which the last test removes."""
    assert cloud.run("bootstrap", "--stage", "dev").returncode == 0
    result = cloud.run("deploy", "--stage", "dev", "--", "--method", "direct", YES="1")
    assert result.returncode == 0, result.stdout + result.stderr
    (cloud.skipped_file.parent / "deploy-output").write_text(result.stdout)
    yield cloud


def test_the_deploy_says_where_the_page_is_and_what_to_do_next(deployed: Cloud) -> None:
    output = (deployed.skipped_file.parent / "deploy-output").read_text()
    for text in ("/dev/\n", "dashboards/dashboard/", "User pool:", "make user STAGE=dev"):
        assert text in output


def test_the_bundled_model_is_released_and_named_by_the_pointer(deployed: Cloud) -> None:
    s3 = deployed.client("s3")
    [bucket] = [name for name in buckets(deployed) if "models" in name]
    pointer = json.loads(s3.get_object(Bucket=bucket, Key="models/current.json")["Body"].read())
    card = json.loads((ROOT / "models" / "model_card.json").read_text())
    objects = s3.list_objects_v2(Bucket=bucket)["Contents"]
    version = pointer["model_version"]
    assert version == card["model_version"]
    assert {f"models/{version}/{name}" for name in ("cpu.tflite", "model.tar.gz")} <= {
        each["Key"] for each in objects
    }


def test_functions_are_told_of_the_buckets_that_were_made(deployed: Cloud) -> None:
    functions = deployed.client("lambda").list_functions()["Functions"]
    [screening] = [
        each for each in functions if each["Handler"] == "lambdas.screening.handler.handler"
    ]
    variables = screening["Environment"]["Variables"]
    assert len(functions) == len(FUNCTIONS)
    names = {variables[f"{name}_BUCKET"] for name in ("IMAGES", "FACTS", "MODELS")}
    assert names < buckets(deployed)


def test_those_who_promote_find_the_stage_by_itself(deployed: Cloud) -> None:
    version = json.loads((ROOT / "models" / "model_card.json").read_text())["model_version"]
    result = subprocess.run(
        [sys.executable, "-m", "training.promote", version, "--stage", "dev"],
        cwd=ROOT,
        env=deployed.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.stdout, result.stderr) == (f"{version} answers in dev\n", "")


def test_the_command_of_the_readme_deploys_all_three_stacks(deployed: Cloud) -> None:
    """By the app that cdk.json names; without --all, CDK's command line asks which stack."""
    text = re.sub(r"\s+", " ", (ROOT / "README.md").read_text())
    [(version, options)] = re.findall(
        r"After `make synth`, which sets up the environment, `npx aws-cdk@([\d.]+) (deploy [^`]+)`",
        text,
    )
    manifest, _ = CDK_CLI.manifests
    assert version == json.loads(manifest.read_text())["dependencies"]["aws-cdk"]
    assert re.search(r"^synth: \.venv/\.cloud ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    whole = deployed.run_cdk(*options.split())
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert {name for name in stack_names("dev") if f" {name} " in whole.stderr + whole.stdout} == {
        *stack_names("dev")
    }
    alone = deployed.run_cdk("deploy")
    assert alone.returncode != 0
    assert "`--all`" in alone.stderr


def test_what_moto_skips_is_known_and_held_to_rules_elsewhere(deployed: Cloud) -> None:
    assert deployed.skipped == SKIPPED.keys()


@pytest.mark.parametrize(("resource_type", "test_file"), SKIPPED.items())
def test_each_skipped_type_is_held_to_a_rule(resource_type: str, test_file: str) -> None:
    assert f'"{resource_type}"' in (ROOT / "tests" / f"{test_file}.py").read_text()


def test_a_destroy_asks_and_then_leaves_nothing(deployed: Cloud) -> None:
    refused = deployed.run("destroy", "--stage", "dev", YES="prod")
    assert (refused.returncode, refused.stderr) == (2, "Nothing was removed.\n")
    assert buckets(deployed)
    result = deployed.run("destroy", "--stage", "dev", YES="dev")
    assert result.returncode == 0, result.stdout + result.stderr
    stacks = deployed.client("cloudformation").describe_stacks()["Stacks"]
    assert [stack["StackName"] for stack in stacks] == ["CDKToolkit"]
    assert buckets(deployed) == set()


def buckets(cloud: Cloud) -> set[str]:
    """The stage's buckets, without CDK's own, which stays for the next deploy."""
    response = cloud.client("s3").list_buckets()
    return {each["Name"] for each in response["Buckets"] if each["Name"].startswith("chest-xray")}
