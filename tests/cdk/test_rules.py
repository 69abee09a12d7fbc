"""Rules for all resources of both stages."""

import json

import pytest

from cdk.wildcards import WITHOUT_RESOURCES
from tests.synthesis import Template, as_list


def test_no_right_is_for_actions_that_nobody_names(stage: Template) -> None:
    actions = [action for each in stage.statements() for action in as_list(each["Action"])]
    assert actions
    assert not [action for action in actions if "*" in action]


def test_only_what_has_no_resource_is_allowed_on_all(stage: Template) -> None:
    on_all = {
        action
        for each in stage.statements()
        if "*" in as_list(each["Resource"])
        for action in as_list(each["Action"])
    }
    assert on_all <= set(WITHOUT_RESOURCES)


def test_each_exception_is_used_in_one_stage(template: Template, prod: Template) -> None:
    on_all = {
        action
        for stage in (template, prod)
        for each in stage.statements()
        if "*" in as_list(each["Resource"])
        for action in as_list(each["Action"])
    }
    assert on_all == set(WITHOUT_RESOURCES)


def test_no_policy_hides_in_a_role(stage: Template) -> None:
    assert not stage.of_type("AWS::IAM::Policy")
    assert not [role for role in stage.of_type("AWS::IAM::Role").values() if "Policies" in role]


def test_no_role_takes_a_policy_that_aws_may_change(stage: Template) -> None:
    roles = json.dumps(list(stage.of_type("AWS::IAM::Role").values()))
    assert ":iam::aws:policy/" not in roles


def test_each_log_masks_what_identifies_a_person(stage: Template) -> None:
    for group in stage.of_type("AWS::Logs::LogGroup").values():
        audit, mask = group["DataProtectionPolicy"]["Statement"]
        assert audit["Operation"] == {"Audit": {"FindingsDestination": {}}}
        assert mask["Operation"] == {"Deidentify": {"MaskConfig": {}}}
        identifiers = json.dumps(mask["DataIdentifier"])
        for name in ("Name", "EmailAddress", "Ssn-US", "NhsNumber-GB"):
            assert f'data-identifier/{name}"' in identifiers


_GLOBAL_NAMES = {
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::S3::Bucket": "BucketName",
}


def test_a_name_that_all_regions_share_holds_the_region(stage: Template) -> None:
    """So a second region of one account does not collide; without a name, AWS draws one."""
    names = [
        resource[field]
        for kind, field in _GLOBAL_NAMES.items()
        for resource in stage.of_type(kind).values()
        if field in resource
    ]
    assert len(names) >= 6
    assert [name for name in names if "us-east-1" not in name] == []


def test_a_role_of_sagemaker_is_taken_for_this_account_only(stage: Template) -> None:
    ours = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    statements = [
        statement
        for role in stage.of_type("AWS::IAM::Role").values()
        for statement in role["AssumeRolePolicyDocument"]["Statement"]
        if statement["Principal"].get("Service") == "sagemaker.amazonaws.com"
    ]
    assert statements
    assert all(statement["Condition"] == ours for statement in statements)


def test_each_log_is_encrypted_and_ends(stage: Template) -> None:
    groups = stage.of_type("AWS::Logs::LogGroup").values()
    assert len(groups) > 5
    assert all("KmsKeyId" in group and "RetentionInDays" in group for group in groups)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("AWS::SNS::Topic", "KmsMasterKeyId"),
        ("AWS::SecretsManager::Secret", "KmsKeyId"),
        ("AWS::ElastiCache::ReplicationGroup", "KmsKeyId"),
        ("AWS::Lambda::Function", "KmsKeyArn"),
    ],
)
def test_what_holds_data_is_under_a_key_of_ours(stage: Template, kind: str, key: str) -> None:
    resources = stage.of_type(kind).values()
    own_keys = set(stage.of_type("AWS::KMS::Key"))
    assert resources
    assert {resource[key]["Fn::GetAtt"][0] for resource in resources} <= own_keys


def test_each_queue_but_that_of_eventbridge_is_under_a_key_of_ours(stage: Template) -> None:
    """EventBridge cannot be limited to our key, and its messages hold no patient data."""
    queues = stage.of_type("AWS::SQS::Queue")
    other = [key for key, queue in queues.items() if "KmsMasterKeyId" not in queue]
    names = sorted(key.removesuffix(key[-8:]) for key in other)
    assert names == ["DriftScheduleDeadLetters", "RefillDeadLetters", "TrainingFailed"]
    assert all(queues[key]["SqsManagedSseEnabled"] is True for key in other)


def test_our_keys_are_changed_each_year(stage: Template) -> None:
    keys = stage.of_type("AWS::KMS::Key").values()
    assert all(key["EnableKeyRotation"] is True for key in keys)


def test_no_secret_stands_in_a_template(stage: Template) -> None:
    """A dynamic reference is not the value; only ElastiCache and the firewall use one."""
    [group] = stage.of_type("AWS::ElastiCache::ReplicationGroup").values()
    [acl] = stage.of_type("AWS::WAFv2::WebACL").values()
    references = [json.dumps(part).count("{{resolve:") for part in (group["AuthToken"], acl)]
    assert min(references) == 1
    assert json.dumps(stage.documents).count("{{resolve:") == sum(references)


def test_dev_leaves_nothing_behind(template: Template) -> None:
    retained = [
        key
        for key, resource in template.resources.items()
        if resource.get("DeletionPolicy", "Delete") != "Delete"
    ]
    assert retained == []


@pytest.mark.parametrize("kind", ["AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Cognito::UserPool"])
def test_prod_keeps_what_cannot_be_made_again(prod: Template, kind: str) -> None:
    resources = [each for each in prod.resources.values() if each["Type"] == kind]
    assert resources
    policies = {(each["DeletionPolicy"], each["UpdateReplacePolicy"]) for each in resources}
    assert policies == {("RetainExceptOnCreate", "Retain")}


def test_prod_keeps_who_came_and_what_was_turned_away(prod: Template) -> None:
    """In the data stack, because the service stack may be removed and created again."""
    document = prod.documents["chest-xray-prod-data"]
    logs = [
        each for each in document["Resources"].values() if each["Type"] == "AWS::Logs::LogGroup"
    ]
    assert len(logs) == 3
    assert all(each["DeletionPolicy"] == "RetainExceptOnCreate" for each in logs)


def test_the_stacks_of_prod_are_protected_and_those_of_dev_are_not(
    template: Template, prod: Template
) -> None:
    assert [*template.protected] == []
    assert [*prod.protected] == ["chest-xray-prod-data", "chest-xray-prod"]


def test_the_bill_can_be_read_by_stage(stage: Template) -> None:
    for bucket in stage.of_type("AWS::S3::Bucket").values():
        tags = {tag["Key"]: tag["Value"] for tag in bucket["Tags"]}
        assert tags["project"] == "chest-xray-screening"
        assert tags["stage"] in ("dev", "prod")
        assert tags["data-classification"] == "patient"
