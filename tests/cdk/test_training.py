"""Training jobs reach only their own prefix, and data scientists cannot approve models."""

import json
from typing import Any

from contracts.training import TRAINING_PREFIX, TrainingEnvironment, parameter_name
from tests.iam.policy import Right, resolve
from tests.synthesis import Template, as_list

PARAMETERS = "arn:aws:ssm:us-east-1:123456789012:parameter"


def rights(stage: Template, policy: str) -> set[Right]:
    """The rights of the policies whose logical ids start with `policy`."""
    return {
        Right(action=action, pattern=resolve(resource))
        for statement in stage.statements(policy)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }


def actions(stage: Template, policy: str) -> set[str]:
    return {right.action for right in rights(stage, policy)}


def statement(stage: Template, policy: str, action: str) -> dict[str, Any]:
    """The one statement of the policy for this action alone."""
    [match] = [each for each in stage.statements(policy) if each["Action"] == action]
    return match


def training_environment(stage: Template) -> TrainingEnvironment:
    """The environment of training jobs in the stage's parameter."""
    parameter = stage.only("AWS::SSM::Parameter")
    assert parameter["Name"].endswith("/training")
    return TrainingEnvironment(**json.loads(resolve(parameter["Value"])))


def test_those_who_train_are_told_where(stage: Template) -> None:
    environment = training_environment(stage)
    [group] = stage.of_type("AWS::SageMaker::ModelPackageGroup").values()
    assert environment.model_package_group == group["ModelPackageGroupName"]
    assert (
        environment.models_bucket == "arn:aws:s3:::models"
    )  # `resolve` replaces the bucket's Ref.
    assert environment.facts_bucket == "arn:aws:s3:::facts"
    subnets = [subnet for subnet in environment.subnets.split(",") if subnet]
    assert len(subnets) == (2 if environment.stage == "prod" else 0)
    assert "tensorflow-inference:2.20" in environment.serving_image


def test_the_parameter_names_the_endpoint_where_there_is_one(
    template: Template, prod: Template
) -> None:
    name = prod.only("AWS::SageMaker::Endpoint")["EndpointName"]
    assert training_environment(template).endpoint_name == ""
    assert training_environment(prod).endpoint_name == name


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


def test_the_pipeline_starts_jobs_of_its_stage_and_passes_their_roles(stage: Template) -> None:
    environment = training_environment(stage)
    pipeline = rights(stage, "TrainingPipelineRights")
    jobs = f"training-job/chest-xray-{environment.stage}-*"
    assert {right.pattern.split(":", 5)[-1] for right in pipeline} == {
        jobs,
        *(
            role.split(":", 5)[-1]
            for role in (environment.role_arn, environment.registration_role_arn)
        ),
    }
    assert {right.action for right in pipeline} == {
        "iam:PassRole",
        "sagemaker:AddTags",
        "sagemaker:CreateTrainingJob",
        "sagemaker:DescribeTrainingJob",
        "sagemaker:StopTrainingJob",
    }


def test_who_trains_reaches_the_pipeline_of_the_stage_only(stage: Template) -> None:
    name = f"pipeline/chest-xray-{training_environment(stage).stage}"
    pipelines = {
        right.pattern.split(":", 5)[-1]
        for right in rights(stage, "TrainingPeopleScientist")
        if "Pipeline" in right.action
    }
    assert pipelines == {name, f"{name}/execution/*"}


def test_a_job_that_registers_may_nothing_that_who_trains_may_not(stage: Template) -> None:
    """Code that a data scientist hands to the pipeline gains no right by it."""
    container = rights(stage, "TrainingRights")
    registration = rights(stage, "TrainingPipelineRegistrationRights") - container
    scientist = rights(stage, "TrainingPeopleScientist")
    # A part of what the other may, and the same parameter by its name.
    name = parameter_name(training_environment(stage).stage)
    parts = {
        Right(action="s3:GetObject", pattern="arn:aws:s3:::models/training/jobs/*"),
        Right(action="s3:PutObject", pattern="arn:aws:s3:::models/training/jobs/*"),
        Right(action="ssm:GetParameter", pattern=f"{PARAMETERS}{name}"),
    }
    assert parts <= registration
    assert registration - parts <= scientist
    assert {right.action for right in registration - parts} == {
        "s3:GetObject",
        "s3:PutObject",
        "sagemaker:CreateModelPackage",
        "sagemaker:DescribeTrainingJob",
        "sagemaker:ListModelPackages",
    }


def test_a_job_registers_once_and_pending_approval(stage: Template) -> None:
    policy = "TrainingPipelineRegistrationRights"
    release = statement(stage, policy, "s3:PutObject")
    assert release["Condition"] == {"Null": {"s3:if-none-match": "false"}}
    create = statement(stage, policy, "sagemaker:CreateModelPackage")
    [status] = create["Condition"]["StringEqualsIfExists"].values()
    assert status == "PendingManualApproval"


def test_only_the_pipeline_passes_the_role_that_registers(stage: Template) -> None:
    passed = {
        right.pattern
        for right in rights(stage, "TrainingPeopleScientist")
        if right.action == "iam:PassRole"
    }
    environment = training_environment(stage)
    assert passed == {environment.role_arn, environment.pipeline_role_arn}
    assert environment.registration_role_arn not in passed


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
    release = statement(stage, "TrainingPeopleScientist", "s3:PutObject")
    assert release["Condition"] == {"Null": {"s3:if-none-match": "false"}}


def test_who_collects_reads_originals_and_facts_and_no_identity(stage: Template) -> None:
    collector = rights(stage, "TrainingPeopleCollector")
    reads = {right.pattern for right in collector if right.action == "s3:GetObject"}
    assert reads == {
        "arn:aws:s3:::facts/facts/*",
        "arn:aws:s3:::facts/sites/*",
        "arn:aws:s3:::pictures/radiographs/*/original",
        "arn:aws:s3:::models/collection/secret.json",
    }
    assert {right.pattern for right in collector if right.action == "s3:PutObject"} == {
        "arn:aws:s3:::models/collection/secret.json"
    }
    assert not actions(stage, "TrainingPeopleCollector") & {"s3:DeleteObject", "iam:PassRole"}


def test_the_secret_of_collecting_is_written_once_and_not_read_by_jobs(stage: Template) -> None:
    secret = statement(stage, "TrainingPeopleCollector", "s3:PutObject")
    assert secret["Condition"] == {"Null": {"s3:if-none-match": "false"}}
    for policy in ("TrainingRights", "TrainingPeopleScientist"):
        assert not any("collection" in right.pattern for right in rights(stage, policy))


def test_who_collects_is_told_where(stage: Template) -> None:
    environment = training_environment(stage)
    assert environment.facts_bucket == "arn:aws:s3:::facts"
    assert environment.images_bucket == "arn:aws:s3:::pictures"


def test_a_version_is_registered_pending_approval_or_not_at_all(stage: Template) -> None:
    create = statement(stage, "TrainingPeopleScientist", "sagemaker:CreateModelPackage")
    [status] = create["Condition"]["StringEqualsIfExists"].values()
    assert status == "PendingManualApproval"


def test_code_in_a_job_cannot_hand_the_key_on(stage: Template) -> None:
    grants = statement(stage, "TrainingRights", "kms:CreateGrant")
    assert grants["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}


def test_who_approves_cannot_train(stage: Template) -> None:
    approver = actions(stage, "TrainingPeopleApprover")
    assert "sagemaker:UpdateModelPackage" in approver
    assert not approver & {"sagemaker:CreateTrainingJob", "sagemaker:CreateModelPackage"}


def test_who_approves_reads_packages_and_their_group_of_this_stage_only(stage: Template) -> None:
    name = training_environment(stage).model_package_group
    for person in ("Approver", "Scientist"):
        read = {
            right.pattern.split(":", 5)[-1]
            for right in rights(stage, f"TrainingPeople{person}")
            if right.action.startswith("sagemaker:DescribeModelPackage")
        }
        assert read == {f"model-package-group/{name}", f"model-package/{name}/*"}


def test_both_read_facts_and_settings_and_not_who_opened_a_film(stage: Template) -> None:
    for person in ("Approver", "Scientist"):
        in_facts = {
            right
            for right in rights(stage, f"TrainingPeople{person}")
            if right.pattern.startswith("arn:aws:s3:::facts")
        }
        assert in_facts == {
            Right(action="s3:GetObject", pattern="arn:aws:s3:::facts/facts/*"),
            Right(action="s3:GetObject", pattern="arn:aws:s3:::facts/sites/*"),
            Right(action="s3:ListBucket", pattern="arn:aws:s3:::facts"),
        }
        listing = [
            each
            for each in stage.statements(f"TrainingPeople{person}")
            if "facts/*" in str(each.get("Condition"))
        ]
        [condition] = [each["Condition"] for each in listing]
        assert condition == {"StringLike": {"s3:prefix": ["facts/*", "sites/*"]}}


def test_both_may_read_which_version_answers_and_one_may_change_it(stage: Template) -> None:
    pointer = "arn:aws:s3:::models/models/current.json"
    actions_on = {
        person: {
            right.action
            for right in rights(stage, f"TrainingPeople{person}")
            if right.pattern == pointer
        }
        for person in ("Approver", "Scientist")
    }
    assert actions_on == {
        "Approver": {"s3:GetObject", "s3:PutObject"},
        "Scientist": {"s3:GetObject"},
    }


def test_only_with_an_endpoint_somebody_may_change_one(template: Template, prod: Template) -> None:
    assert "sagemaker:UpdateEndpoint" not in actions(template, "TrainingPeopleApprover")
    assert "sagemaker:UpdateEndpoint" in actions(prod, "TrainingPeopleApprover")


def test_a_role_is_passed_to_sagemaker_alone(stage: Template) -> None:
    pass_role = [each for each in stage.statements() if "iam:PassRole" in as_list(each["Action"])]
    to_sagemaker = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    assert pass_role
    assert all(each["Condition"] == to_sagemaker for each in pass_role)


def test_the_register_is_kept_in_prod_and_goes_with_dev(template: Template, prod: Template) -> None:
    def policy(stage: Template) -> str:
        [group] = [
            each
            for each in stage.resources.values()
            if each["Type"] == "AWS::SageMaker::ModelPackageGroup"
        ]
        return str(group["DeletionPolicy"])

    assert (policy(template), policy(prod)) == ("Delete", "RetainExceptOnCreate")
