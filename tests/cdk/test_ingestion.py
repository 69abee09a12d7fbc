"""Uploaded files reach the screening function, or the dead-letter queue."""

from typing import Any

from bundles import function_definitions
from contracts.queue import MAX_RECEIVE_COUNT
from tests.synthesis import Template

_FOURTEEN_DAYS = 14 * 24 * 3600


def _queue(template: Template) -> tuple[str, dict[str, Any]]:
    """Logical id and properties of the queue with a dead-letter queue."""
    [(key, properties)] = [
        (key, properties)
        for key, properties in template.of_type("AWS::SQS::Queue").items()
        if "RedrivePolicy" in properties
    ]
    return key, properties


def test_what_fails_as_often_as_allowed_is_set_aside_for_fourteen_days(template: Template) -> None:
    _, queue = _queue(template)
    redrive = queue["RedrivePolicy"]
    dead = template.of_type("AWS::SQS::Queue")[redrive["deadLetterTargetArn"]["Fn::GetAtt"][0]]
    assert redrive["maxReceiveCount"] == MAX_RECEIVE_COUNT
    assert dead["MessageRetentionPeriod"] == _FOURTEEN_DAYS


def test_a_message_stays_hidden_for_six_timeouts(template: Template) -> None:
    _, queue = _queue(template)
    assert queue["VisibilityTimeout"] >= 6 * function_definitions.SCREENING_FUNCTION.timeout_seconds


def test_s3_tells_the_queue_of_each_upload_without_a_function(template: Template) -> None:
    key, _ = _queue(template)
    [(depends_on, configuration)] = [
        (bucket["DependsOn"], bucket["Properties"]["NotificationConfiguration"])
        for bucket in template.resources.values()
        if "NotificationConfiguration" in bucket.get("Properties", {})
    ]
    [notification] = configuration["QueueConfigurations"]
    [rule] = notification["Filter"]["S3Key"]["Rules"]
    assert notification["Queue"] == {"Fn::GetAtt": [key, "Arn"]}
    assert notification["Event"] == "s3:ObjectCreated:*"
    assert rule == {"Name": "prefix", "Value": "incoming/"}
    assert any("Policy" in each for each in depends_on)
    assert not [
        each for each in template.resources.values() if "BucketNotifications" in each["Type"]
    ]


def test_only_s3_for_this_account_and_stack_may_send(template: Template) -> None:
    key, _ = _queue(template)
    [statements] = [
        policy["PolicyDocument"]["Statement"]
        for policy in template.of_type("AWS::SQS::QueuePolicy").values()
        if policy["Queues"] == [{"Ref": key}]
    ]
    [sends] = [each for each in statements if each["Effect"] == "Allow"]
    assert sends["Principal"] == {"Service": "s3.amazonaws.com"}
    assert sends["Action"] == "sqs:SendMessage"
    assert sends["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    source = sends["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Join"][1]
    assert source[-1] == ":s3:::chest-xray-dev-data-*"


def test_of_a_batch_only_what_failed_comes_back(template: Template) -> None:
    source = template.only("AWS::Lambda::EventSourceMapping")
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["ScalingConfig"]["MaximumConcurrency"] >= 2
