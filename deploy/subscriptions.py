"""Who is not told of alarms yet, although the settings name them."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from deploy.account import Account
from deploy.templates import Synthesis, stack_names

_PENDING = "PendingConfirmation"


def find_silent_addresses(account: Account, synthesis: Synthesis) -> Iterator[str]:
    """A sentence for each subscription that is not confirmed, with what to do."""
    sns = account.client("sns")
    *_, stack = stack_names(synthesis.stage)
    topics = {
        resource["LogicalResourceId"]: str(resource["PhysicalResourceId"])
        for resource in account.resources(stack)
        if resource["ResourceType"] == "AWS::SNS::Topic"
    }
    subscriptions = synthesis.properties("AWS::SNS::Subscription")
    if not subscriptions:
        yield "Nobody is told of alarms. Set `alarm_email`, or addresses for pages and tickets."
    for topic, arn in topics.items():
        pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
        states = {
            str(each["Endpoint"]).lower(): each["SubscriptionArn"]
            for page in pages
            for each in page["Subscriptions"]
        }
        for subscription in subscriptions:
            if subscription["TopicArn"] == {"Ref": topic}:
                address, protocol = subscription["Endpoint"], subscription["Protocol"]
                state = states.get(address.lower())
                yield from _describe(address, arn=arn, protocol=protocol, state=state)


def _describe(address: str, *, arn: str, protocol: str, state: str | None) -> Iterator[str]:
    topic, name = arn.rpartition(":")[2], _hide_path(address)
    if state == _PENDING:
        yield (
            f"{name} hears nothing of {topic} before it confirms: by the link in AWS's e-mail, or "
            "by the webhook itself. SNS forgets the request after two days."
        )
    elif state is None:
        # CloudFormation does not see that SNS has removed a request that nobody confirmed.
        yield (
            f"{name} hears nothing of {topic}: the request was not confirmed in time, or somebody "
            f"has unsubscribed it. Ask again: aws sns subscribe --topic-arn {arn} "
            f"--protocol {protocol} --notification-endpoint ADDRESS"
        )


def _hide_path(address: str) -> str:
    """A webhook's path often is its password."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/..." if parts.scheme else address
