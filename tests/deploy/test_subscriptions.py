"""After a deploy, each address that hears of no alarm yet is named with what to do."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from deploy import __main__ as deploy
from deploy.subscriptions import find_silent_addresses
from deploy.templates import Synthesis
from tests.deploy.stubbed_account import FakeAccount, fake_account

ARN = "arn:aws:sns:us-east-1:111122223333:chest-xray-dev-page"
DUTY, WEBHOOK = "Duty@hospital.example", "https://calls.example/secret"


def _synthesis(addresses: Iterable[str]) -> Synthesis:
    resources: dict[str, Any] = {
        f"Subscription{number}": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {"TopicArn": {"Ref": "Page"}, "Endpoint": address, "Protocol": "email"},
        }
        for number, address in enumerate(addresses)
    }
    return Synthesis(
        stage="dev",
        folder=Path(),
        templates={"chest-xray-dev": {"Resources": resources}},
        findings=[],
        acknowledged=frozenset(),
    )


def _stub(service: str) -> Stubber:
    session: Any = boto3.Session(
        aws_access_key_id="t", aws_secret_access_key="t", region_name="us-east-1"
    )
    return Stubber(session.client(service))


def _account(subscriptions: dict[str, str] | None) -> FakeAccount:
    """With the state of each subscription of the topic; None: who asks has no right to see it."""
    cloudformation, sns = _stub("cloudformation"), _stub("sns")
    topic = {
        "LogicalResourceId": "Page",
        "PhysicalResourceId": ARN,
        "ResourceType": "AWS::SNS::Topic",
        "LastUpdatedTimestamp": 0,
        "ResourceStatus": "CREATE_COMPLETE",
    }
    cloudformation.add_response("list_stack_resources", {"StackResourceSummaries": [topic]})
    if subscriptions is None:
        sns.add_client_error("list_subscriptions_by_topic", "AuthorizationError")
    else:
        states = [{"Endpoint": k, "SubscriptionArn": v} for k, v in subscriptions.items()]
        request = {"TopicArn": ARN}
        sns.add_response("list_subscriptions_by_topic", {"Subscriptions": states}, request)
    cloudformation.activate()
    sns.activate()
    return fake_account(cloudformation=cloudformation.client, sns=sns.client)


def test_nothing_is_said_of_confirmed_subscriptions() -> None:
    account = _account({DUTY.lower(): f"{ARN}:1", WEBHOOK: f"{ARN}:2"})
    assert list(find_silent_addresses(account, _synthesis([DUTY, WEBHOOK]))) == []


def test_an_unconfirmed_subscription_is_named_without_the_webhooks_key() -> None:
    account = _account({DUTY: "PendingConfirmation", WEBHOOK: "PendingConfirmation"})
    duty, webhook = find_silent_addresses(account, _synthesis([DUTY, WEBHOOK]))
    assert duty.startswith(f"{DUTY} hears nothing of chest-xray-dev-page before it confirms")
    assert webhook.startswith("https://calls.example/... hears nothing of")
    assert "secret" not in webhook


def test_a_subscription_that_sns_has_removed_is_named_with_the_command() -> None:
    [sentence] = find_silent_addresses(_account({}), _synthesis([DUTY]))
    assert f"aws sns subscribe --topic-arn {ARN} --protocol email" in sentence


def test_a_stage_that_tells_nobody_says_so() -> None:
    [sentence] = find_silent_addresses(_account({}), _synthesis([]))
    assert sentence.startswith("Nobody is told of alarms.")


def test_who_may_not_look_at_subscriptions_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    deploy._print_silent_addresses(_account(None), _synthesis([DUTY]))
    assert capsys.readouterr().out == "Could not check who is told of alarms: AuthorizationError.\n"
