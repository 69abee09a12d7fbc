"""Buckets are private and encrypted, and nobody can replace a fact."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from contracts import keys
from contracts.canary import CANARY_ID_PREFIX, CANARY_SITE
from lambdas import clients
from lambdas.images import ImageStore
from tests.synthesis import Template


@pytest.fixture(params=["us-east-1", "eu-central-1"])
def region(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def image_store(region: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImageStore]:
    """The functions' store, which signs for the region."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    clients.s3.cache_clear()
    yield ImageStore(clients.s3(), "pictures")
    clients.s3.cache_clear()


def test_no_bucket_is_public(template: Template) -> None:
    for properties in template.of_type("AWS::S3::Bucket").values():
        assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}


def test_each_bucket_is_versioned(template: Template) -> None:
    buckets = template.of_type("AWS::S3::Bucket")
    assert len(buckets) == 4
    for properties in buckets.values():
        assert properties["VersioningConfiguration"] == {"Status": "Enabled"}


def test_each_bucket_but_that_of_the_logs_is_under_our_key_and_logged(template: Template) -> None:
    [logs] = [key for key in template.of_type("AWS::S3::Bucket") if "AccessLogs" in key]
    for key, properties in template.of_type("AWS::S3::Bucket").items():
        [rule] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        used = rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"]
        logged = properties.get("LoggingConfiguration", {}).get("DestinationBucketName")
        assert (used, logged) == (("AES256", None) if key == logs else ("aws:kms", {"Ref": logs}))


def test_what_stays_in_incoming_is_kept_longer_than_a_dead_letter(template: Template) -> None:
    rules = _rules(template, "Pictures")
    [quarantine] = [rule for rule in rules if rule.get("Prefix") == keys.incoming("")]
    longest = max(
        queue.get("MessageRetentionPeriod", 0)
        for queue in template.of_type("AWS::SQS::Queue").values()
    )
    assert quarantine["ExpirationInDays"] * 24 * 3600 > longest
    assert quarantine["NoncurrentVersionExpiration"]["NoncurrentDays"] * 24 * 3600 > longest


def test_pictures_grow_cold_after_ninety_days(template: Template) -> None:
    [cold] = [rule for rule in _rules(template, "Pictures") if "Transitions" in rule]
    assert keys.original("a").startswith(cold["Prefix"])
    assert cold["Transitions"] == [{"StorageClass": "GLACIER_IR", "TransitionInDays": 90}]


def test_nothing_of_facts_and_releases_ends_by_itself_but_the_canarys(stage: Template) -> None:
    canary = {f"facts/{CANARY_ID_PREFIX}", f"views/{CANARY_SITE}/"}
    for name, others in (("Facts", canary), ("Models", {"training/checkpoints/"})):
        assert {
            rule["Prefix"]
            for rule in _rules(stage, name)
            if {"ExpirationInDays", "NoncurrentVersionExpiration"} & rule.keys()
        } == others


def test_what_the_canary_leaves_ends_after_a_day(stage: Template) -> None:
    film = keys.radiograph_id(CANARY_SITE, "one")
    places = {
        "Facts": (keys.fact(film, 1), f"views/{CANARY_SITE}/2026-11-29/{film}/0910-x"),
        "Pictures": (
            keys.incoming(film),
            keys.original(film),
            keys.list_prefix(CANARY_SITE, "to_review") + film,
        ),
    }
    for name, stored in places.items():
        short = [rule for rule in _rules(stage, name) if rule.get("ExpirationInDays") == 1]
        for key in stored:
            [rule] = [rule for rule in short if key.startswith(rule["Prefix"])]
            assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}


def test_dev_may_delete_facts(template: Template) -> None:
    [facts] = _buckets(template, "Facts")
    assert "ObjectLockConfiguration" not in facts


def test_prod_locks_facts_for_as_long_as_its_settings_say(prod: Template) -> None:
    [facts] = _buckets(prod, "Facts")
    assert facts["ObjectLockEnabled"] is True
    assert facts["ObjectLockConfiguration"]["Rule"]["DefaultRetention"] == {
        "Days": 2190,
        "Mode": "COMPLIANCE",
    }


def test_prod_denies_everyone_the_deletion_of_facts(prod: Template) -> None:
    statements = json.dumps(
        [
            statement
            for policy in prod.of_type("AWS::S3::BucketPolicy").values()
            for statement in policy["PolicyDocument"]["Statement"]
            if statement.get("Sid") == "DenyDeletionOfFacts"
        ]
    )
    assert "s3:DeleteObject" in statements
    assert "s3:DeleteObjectVersion" in statements
    assert "BucketsFacts" in statements


def test_prod_keeps_its_data_when_its_stacks_go(prod: Template, template: Template) -> None:
    for stage, policy in ((prod, "RetainExceptOnCreate"), (template, "Delete")):
        policies = [
            resource["DeletionPolicy"]
            for resource in stage.resources.values()
            if resource["Type"] in ("AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Cognito::UserPool")
        ]
        assert set(policies) == {policy}


def test_a_bucket_that_is_kept_keeps_its_rules(prod: Template) -> None:
    policies = [each for each in prod.resources.values() if each["Type"] == "AWS::S3::BucketPolicy"]
    retained = [each for each in policies if each.get("DeletionPolicy") == "RetainExceptOnCreate"]
    # The policy of the access logs only allows S3 to deliver them.
    assert (len(policies), len(retained)) == (4, 3)


def test_each_bucket_refuses_plain_http(template: Template) -> None:
    policies = template.of_type("AWS::S3::BucketPolicy").values()
    refusing = [
        policy["Bucket"]["Ref"]
        for policy in policies
        if any(
            statement["Effect"] == "Deny"
            and statement["Action"] == "s3:*"
            and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            for statement in policy["PolicyDocument"]["Statement"]
        )
    ]
    assert set(refusing) == set(template.of_type("AWS::S3::Bucket"))


def test_pictures_take_only_the_page_as_origin(template: Template) -> None:
    with_cors = [
        properties["CorsConfiguration"]
        for properties in template.of_type("AWS::S3::Bucket").values()
        if "CorsConfiguration" in properties
    ]
    [rule] = with_cors[0]["CorsRules"]
    [origin] = rule["AllowedOrigins"]
    [rest_api] = template.of_type("AWS::ApiGateway::RestApi")
    assert len(with_cors) == 1
    assert origin == {
        "Fn::Join": [
            "",
            ["https://", {"Ref": rest_api}, ".execute-api.us-east-1.amazonaws.com"],
        ]
    }


def test_presigned_addresses_are_at_the_origin_that_the_page_may_reach(
    template: Template, image_store: ImageStore, region: str
) -> None:
    addresses = image_store.sign_upload_form("a", size=1).url, image_store.sign_link("b")
    signed = {urlsplit(address).netloc for address in addresses}
    images = _variable(template, "IMAGES_BUCKET")["Ref"]
    origin = {"Fn::Join": ["", ["https://", {"Fn::GetAtt": [images, "RegionalDomainName"]}]]}
    assert signed == {f"pictures.s3.{region}.amazonaws.com"}
    assert _variable(template, "IMAGES_ORIGIN") == origin


def test_a_put_that_could_replace_a_fact_is_denied_to_everyone(template: Template) -> None:
    facts = _variable(template, "FACTS_BUCKET")
    [policy] = [
        policy["PolicyDocument"]["Statement"]
        for policy in template.of_type("AWS::S3::BucketPolicy").values()
        if policy["Bucket"] == facts
    ]
    [denied] = [each for each in policy if each["Action"] == "s3:PutObject"]
    assert denied["Effect"] == "Deny"
    assert denied["Principal"] == {"AWS": "*"}
    assert denied["Condition"] == {"Null": {"s3:if-none-match": "true"}}
    assert denied["Resource"]["Fn::Join"][1][1] == "/*"


def test_only_the_deletion_function_may_delete_more_than_entries(
    template: Template,
) -> None:
    policies = template.of_type("AWS::IAM::ManagedPolicy")
    statements = [
        (key, json.dumps(statement["Action"]), json.dumps(statement["Resource"]))
        for key, policy in policies.items()
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    deletions = [each for each in statements if "s3:Delete" in each[1]]
    entries = [each for each in deletions if "s3:DeleteObjectVersion" not in each[1]]
    assert {path for entry in entries for path in _list_paths(entry[2])} == {"/lists/*", "/index/*"}
    versions = {each[0].partition("Rights")[0]: each for each in deletions if each not in entries}
    assert versions.keys() == {"Delete", "Screening"}
    # A file that comes late, for a radiograph that has been deleted.
    assert _list_paths(versions["Screening"][2]) == ["/incoming/*"]
    assert not [key for key, action, _ in statements if "s3:*" in action]


def _list_paths(resource: str) -> list[str]:
    return re.findall(r'"(/[^"]*)"', resource)


def _buckets(template: Template, name: str) -> list[dict[str, Any]]:
    return [
        properties
        for key, properties in template.of_type("AWS::S3::Bucket").items()
        if key.startswith(f"Buckets{name}")
    ]


def _rules(template: Template, name: str) -> list[dict[str, Any]]:
    [bucket] = _buckets(template, name)
    rules: list[dict[str, Any]] = bucket["LifecycleConfiguration"]["Rules"]
    return rules


def _variable(template: Template, name: str) -> Any:
    """The value of an environment variable in the first function that has it."""
    for properties in template.of_type("AWS::Lambda::Function").values():
        variables = properties["Environment"]["Variables"]
        if name in variables:
            return variables[name]
    raise AssertionError(f"no function has {name}")
