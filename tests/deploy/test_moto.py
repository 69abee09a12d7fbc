"""`make deploy` and `make destroy` in an account of moto's, end to end, by CDK's command line.

Assets are uploaded, stacks made in their order, references between them resolved, and the model is
released by the real function. moto makes no change sets that have outputs, so the stacks are made
directly. What it cannot make at all is listed here, and held to rules on the template elsewhere.
"""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT
from tests.deploy.conftest import Cloud

# Each with the test file that holds its rules.
SKIPPED = {
    "AWS::ApiGateway::Account": "cdk/test_front_door",
    "AWS::ApiGateway::Authorizer": "cdk/test_front_door",
    "AWS::ApiGateway::GatewayResponse": "cdk/test_front_door",
    "AWS::ApiGateway::Stage": "cdk/test_front_door",
    "AWS::CloudWatch::Alarm": "cloudwatch/test_wiring",
    "AWS::Cognito::ManagedLoginBranding": "cdk/test_login",
    "AWS::Cognito::UserPool": "cdk/test_login",
    "AWS::Cognito::UserPoolClient": "cdk/test_login",
    "AWS::Cognito::UserPoolDomain": "cdk/test_login",
    "AWS::Cognito::UserPoolGroup": "cdk/test_login",
    "AWS::EC2::SecurityGroupEgress": "cdk/test_cache",
    "AWS::ElastiCache::ParameterGroup": "cdk/test_cache",
    "AWS::ElastiCache::ReplicationGroup": "cdk/test_network",
    "AWS::ElastiCache::SubnetGroup": "cdk/test_cache",
    "AWS::S3::BucketPolicy": "cdk/test_buckets",
    "AWS::SageMaker::ModelPackageGroup": "cdk/test_training",
    "AWS::SNS::TopicPolicy": "cloudwatch/test_topics",
    "AWS::SQS::QueuePolicy": "cdk/test_intake",
    "AWS::SecretsManager::Secret": "cdk/test_functions",
    "AWS::WAFv2::LoggingConfiguration": "cdk/test_firewall",
    "AWS::WAFv2::WebACL": "cdk/test_firewall",
    "AWS::WAFv2::WebACLAssociation": "cdk/test_firewall",
}


@pytest.fixture(scope="module")
def deployed(cloud: Cloud) -> Iterator[Cloud]:
    """The dev stage, which the last test removes."""
    assert cloud.run("bootstrap", "--stage", "dev").returncode == 0
    done = cloud.run("deploy", "--stage", "dev", "--", "--method", "direct", YES="1")
    assert done.returncode == 0, done.stdout + done.stderr
    (cloud.listed.parent / "said").write_text(done.stdout)
    yield cloud


def test_the_deploy_says_where_the_page_is_and_what_to_do_next(deployed: Cloud) -> None:
    said = (deployed.listed.parent / "said").read_text()
    for told in ("/dev/\n", "dashboards/dashboard/", "User pool:", "make user STAGE=dev"):
        assert told in said


def test_the_bundled_model_is_released_and_named_by_the_pointer(deployed: Cloud) -> None:
    s3 = deployed.client("s3")
    [bucket] = [name for name in buckets(deployed) if "models" in name]
    pointer = json.loads(s3.get_object(Bucket=bucket, Key="models/current.json")["Body"].read())
    card = json.loads((ROOT / "models" / "model_card.json").read_text())
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"]
    version = pointer["model_version"]
    assert version == card["model_version"]
    assert {f"models/{version}/{name}" for name in ("cpu.tflite", "model.tar.gz")} <= {
        each["Key"] for each in listed
    }


def test_functions_are_told_of_the_buckets_that_were_made(deployed: Cloud) -> None:
    functions = deployed.client("lambda").list_functions()["Functions"]
    [screening] = [
        each for each in functions if each["Handler"] == "lambdas.screening.handler.handler"
    ]
    told = screening["Environment"]["Variables"]
    assert len(functions) == 5
    assert {told["IMAGES_BUCKET"], told["FACTS_BUCKET"], told["MODELS_BUCKET"]} < buckets(deployed)


def test_those_who_promote_find_the_stage_by_itself(deployed: Cloud) -> None:
    version = json.loads((ROOT / "models" / "model_card.json").read_text())["model_version"]
    done = subprocess.run(
        [sys.executable, "-m", "training.promote", version, "--stage", "dev"],
        cwd=ROOT,
        env=deployed.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == (f"{version} answers in dev\n", "")


def test_what_moto_skips_is_known_and_held_to_rules_elsewhere(deployed: Cloud) -> None:
    assert deployed.skipped == SKIPPED.keys()


@pytest.mark.parametrize(("kind", "held"), SKIPPED.items())
def test_each_skipped_type_is_held_to_a_rule(kind: str, held: str) -> None:
    assert f'"{kind}"' in (ROOT / "tests" / f"{held}.py").read_text()


def test_a_destroy_asks_and_then_leaves_nothing(deployed: Cloud) -> None:
    refused = deployed.run("destroy", "--stage", "dev", YES="prod")
    assert (refused.returncode, refused.stderr) == (2, "Nothing was removed.\n")
    assert buckets(deployed)
    done = deployed.run("destroy", "--stage", "dev", YES="dev")
    assert done.returncode == 0, done.stdout + done.stderr
    stacks = deployed.client("cloudformation").describe_stacks()["Stacks"]
    assert [stack["StackName"] for stack in stacks] == ["CDKToolkit"]
    assert buckets(deployed) == set()


def buckets(cloud: Cloud) -> set[str]:
    """Those of the stage; CDK's own stays for the next deploy."""
    listed = cloud.client("s3").list_buckets()["Buckets"]
    return {each["Name"] for each in listed if each["Name"].startswith("chest-xray")}
