"""Notifications of alarms are encrypted, use TLS, and come from CloudWatch alone."""

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


def test_the_alarm_address_hears_of_both_severities(monitoring: Template) -> None:
    subscriptions = monitoring.of_type("AWS::SNS::Subscription").values()
    assert len({str(subscription["TopicArn"]) for subscription in subscriptions}) == 2
    assert {(each["Protocol"], each["Endpoint"]) for each in subscriptions} == {
        ("email", "duty@hospital.example")
    }
