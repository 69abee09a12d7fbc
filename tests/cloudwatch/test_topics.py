"""Notifications of alarms are encrypted, use TLS, and come from CloudWatch alone."""

from aws_cdk import App, Stack, assertions
from aws_cdk import aws_kms as kms

from cloudwatch.topics import Severity, Topics
from tests.synthesis import Template


def test_topics_are_encrypted_with_our_key(monitoring: Template) -> None:
    [key] = monitoring.of_type("AWS::KMS::Key")
    for topic in monitoring.of_type("AWS::SNS::Topic").values():
        assert topic["KmsMasterKeyId"] == {"Fn::GetAtt": [key, "Arn"]}


def test_only_alarms_of_this_account_may_publish_and_only_over_tls(monitoring: Template) -> None:
    for policy in monitoring.of_type("AWS::SNS::TopicPolicy").values():
        deny, allow = policy["PolicyDocument"]["Statement"]
        assert (deny["Effect"], deny["Principal"]) == ("Deny", "*")
        assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert allow["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert allow["Condition"]["StringEquals"] == {
            "aws:SourceAccount": {"Ref": "AWS::AccountId"}
        }


def test_each_severity_tells_its_own_addresses_else_the_alarm_email(monitoring: Template) -> None:
    names = {
        topic: properties["TopicName"]
        for topic, properties in monitoring.of_type("AWS::SNS::Topic").items()
    }
    told = {
        (names[each["TopicArn"]["Ref"]], each["Protocol"], each["Endpoint"])
        for each in monitoring.of_type("AWS::SNS::Subscription").values()
    }
    assert told == {
        ("chest-xray-prod-page", "https", "https://calls.example/key"),
        ("chest-xray-prod-page", "email", "lead@hospital.example"),
        ("chest-xray-prod-ticket", "email", "duty@hospital.example"),
    }


def test_an_address_keeps_its_subscription_when_others_come_and_go() -> None:
    """A subscription that is replaced must be confirmed again."""

    def subscriptions(*addresses: str) -> dict[str, str]:
        stack = Stack(App(), "Stack")
        key = kms.Key(stack, "Key")
        told = {Severity.PAGE: addresses, Severity.TICKET: ()}
        Topics(stack, "Topics", stage="dev", key=key, email="", addresses=told)
        template = assertions.Template.from_stack(stack)
        resources = template.find_resources("AWS::SNS::Subscription")
        return {each["Properties"]["Endpoint"]: name for name, each in resources.items()}

    both = subscriptions("a@hospital.example", "b@hospital.example")
    assert len({*both.values()}) == 2
    assert subscriptions("b@hospital.example").items() <= both.items()
