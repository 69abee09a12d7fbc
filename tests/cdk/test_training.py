"""Training jobs reach their own prefix only, and who trains is not who lets a model answer."""

import json
from typing import Any

import pytest

from contracts.training import TRAINING_PREFIX, TrainingEnvironment
from tests.iam.policy import Right, resolve
from tests.synthesis import Template


@pytest.fixture(params=["template", "prod"])
def stage(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def rights(stage: Template, policy: Any) -> Any:
    """Of the one managed policy whose logical id begins so."""
    [found] = [
        each["PolicyDocument"]["Statement"]
        for key, each in stage.of_type("AWS::IAM::ManagedPolicy").items()
        if key.startswith(policy)
    ]
    return {
        Right(action=action, pattern=resolve(resource))
        for statement in found
        for action in several(statement["Action"])
        for resource in several(statement["Resource"])
    }


def several(one_or_more: Any) -> Any:
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def actions(stage: Template, policy: Any) -> Any:
    return {right.action for right in rights(stage, policy)}


def test_those_who_train_are_told_where(stage: Template) -> None:
    [said] = [
        each["Value"]
        for each in stage.of_type("AWS::SSM::Parameter").values()
        if "/training" in each["Name"]
    ]
    place = TrainingEnvironment(**json.loads(resolve(said)))
    [group] = stage.of_type("AWS::SageMaker::ModelPackageGroup").values()
    assert place.model_package_group == group["ModelPackageGroupName"]
    assert place.models_bucket == "arn:aws:s3:::models"  # Its Ref, as these tests write it.
    assert len(place.subnets.split(",")) == 2
    assert "tensorflow-inference:2.20" in place.serving_image


def test_the_parameter_names_the_endpoint_where_there_is_one(
    template: Template, prod: Template
) -> Any:
    def name(stage: Template) -> Any:
        [said] = stage.of_type("AWS::SSM::Parameter").values()
        return json.loads(resolve(said["Value"]))["endpoint_name"]

    assert name(template) == ""
    assert name(prod) == prod.only("AWS::SageMaker::Endpoint")["EndpointName"]


def test_a_job_reads_and_writes_below_its_prefix_only(stage: Template) -> None:
    objects = {
        right.pattern
        for right in rights(stage, "TrainingRights")
        if right.action in ("s3:GetObject", "s3:PutObject")
    }
    assert objects == {f"arn:aws:s3:::models/{TRAINING_PREFIX}*"}


def test_a_job_may_not_register_promote_or_read_secrets(stage: Template) -> None:
    services = {action.partition(":")[0] for action in actions(stage, "TrainingRights")}
    assert services == {"s3", "kms", "ecr", "logs", "cloudwatch", "ec2"}


def test_only_sagemaker_of_this_account_takes_the_role(stage: Template) -> None:
    [role] = [
        each
        for key, each in stage.of_type("AWS::IAM::Role").items()
        if key.startswith("TrainingRole")
    ]
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "sagemaker.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_who_trains_cannot_let_a_model_answer(stage: Template) -> None:
    scientist = rights(stage, "TrainingPeopleScientist")
    assert not actions(stage, "TrainingPeopleScientist") & {
        "sagemaker:UpdateModelPackage",
        "sagemaker:UpdateEndpoint",
    }
    puts = {right.pattern for right in scientist if right.action == "s3:PutObject"}
    # The pointer, models/current.json, matches neither.
    assert puts == {"arn:aws:s3:::models/training/*", "arn:aws:s3:::models/models/*/*"}


def test_who_trains_writes_a_release_only_where_none_is(stage: Template) -> None:
    statements = [
        statement
        for key, each in stage.of_type("AWS::IAM::ManagedPolicy").items()
        if key.startswith("TrainingPeopleScientist")
        for statement in each["PolicyDocument"]["Statement"]
        if statement["Action"] == "s3:PutObject"
    ]
    [release] = statements
    assert release["Condition"] == {"Null": {"s3:if-none-match": "false"}}


def test_a_version_is_registered_pending_approval_or_not_at_all(stage: Template) -> None:
    [statement] = [
        statement
        for key, each in stage.of_type("AWS::IAM::ManagedPolicy").items()
        if key.startswith("TrainingPeopleScientist")
        for statement in each["PolicyDocument"]["Statement"]
        if statement["Action"] == "sagemaker:CreateModelPackage"
    ]
    [wanted] = statement["Condition"]["StringEqualsIfExists"].values()
    assert wanted == "PendingManualApproval"


def test_code_in_a_job_cannot_hand_the_key_on(stage: Template) -> None:
    [grants] = [
        statement
        for key, each in stage.of_type("AWS::IAM::ManagedPolicy").items()
        if key.startswith("TrainingRights")
        for statement in each["PolicyDocument"]["Statement"]
        if statement["Action"] == "kms:CreateGrant"
    ]
    assert grants["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}


def test_who_approves_cannot_train(stage: Template) -> None:
    approver = actions(stage, "TrainingPeopleApprover")
    assert "sagemaker:UpdateModelPackage" in approver
    assert not approver & {"sagemaker:CreateTrainingJob", "sagemaker:CreateModelPackage"}


def test_only_with_an_endpoint_somebody_may_change_one(template: Template, prod: Template) -> None:
    assert "sagemaker:UpdateEndpoint" not in actions(template, "TrainingPeopleApprover")
    assert "sagemaker:UpdateEndpoint" in actions(prod, "TrainingPeopleApprover")


def test_a_role_is_passed_to_sagemaker_alone(stage: Template) -> None:
    passed = [
        statement
        for each in stage.of_type("AWS::IAM::ManagedPolicy").values()
        for statement in each["PolicyDocument"]["Statement"]
        if "iam:PassRole" in several(statement["Action"])
    ]
    to_sagemaker = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    assert passed
    assert all(statement["Condition"] == to_sagemaker for statement in passed)


def test_the_register_is_kept_in_prod_and_goes_with_dev(template: Template, prod: Template) -> Any:
    def policy(stage: Template) -> Any:
        [group] = [
            each
            for each in stage.resources.values()
            if each["Type"] == "AWS::SageMaker::ModelPackageGroup"
        ]
        return group["DeletionPolicy"]

    assert (policy(template), policy(prod)) == ("Delete", "RetainExceptOnCreate")
