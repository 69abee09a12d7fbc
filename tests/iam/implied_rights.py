"""Rights that no call of a function shows, each with the service that uses it for the function."""

from collections.abc import Iterator

from bundles import function_definitions
from tests.iam.policy import Right

_OBJECTS_IN = "arn:aws:s3:::pictures/incoming/*"

_ALL_FUNCTIONS = {
    "logs:CreateLogStream": "Lambda writes the function's log",
    "logs:PutLogEvents": "Lambda writes the function's log",
    "xray:PutTelemetryRecords": "Lambda's daemon sends the traces",
    "xray:PutTraceSegments": "Lambda's daemon sends the traces",
    "kms:Decrypt": "Lambda reads the environment; S3 and Secrets Manager decrypt by our key",
}
_NETWORK = {
    "ec2:AssignPrivateIpAddresses": "Lambda puts the function into the network",
    "ec2:CreateNetworkInterface": "Lambda puts the function into the network",
    "ec2:DeleteNetworkInterface": "Lambda takes it out again",
    "ec2:DescribeNetworkInterfaces": "Lambda looks for an existing interface",
    "ec2:DescribeSubnets": "Lambda finds the function's subnets",
    "ec2:UnassignPrivateIpAddresses": "Lambda takes it out again",
}
_PUTS = {"kms:GenerateDataKey": "S3 encrypts what the function puts"}
_BY_FUNCTION = {
    "api": {**_NETWORK, **_PUTS},
    "screening": {
        **_NETWORK,
        **_PUTS,
        "sqs:DeleteMessage": "the event source takes messages off the queue",
        "sqs:GetQueueAttributes": "the event source counts the messages",
        "sqs:ReceiveMessage": "the event source takes messages off the queue",
    },
    "rebuild": {
        **_NETWORK,
        **_PUTS,
        "sqs:SendMessage": "Lambda sends an event that failed to the dead-letter queue",
    },
    "drift": {
        **_NETWORK,
        **_PUTS,
        "sqs:SendMessage": "Lambda sends an event that failed to the dead-letter queue",
    },
    "delete": {**_NETWORK, **_PUTS},
    "accounts": {},
    "release": {**_NETWORK, **_PUTS},
    "ui": {},
    "canary": {},
    "registration": {"kms:GenerateDataKey": "Secrets Manager encrypts what the function puts"},
}
# On one resource only. Without the right to list, S3 answers 403 for a missing key, not 404.
_BY_RESOURCE = {
    "api": {
        ("s3:PutObject", _OBJECTS_IN): "the browser uploads by a form that the function signed",
        ("s3:ListBucket", "arn:aws:s3:::pictures"): "a missing key is 404",
        ("s3:ListBucket", "arn:aws:s3:::models"): "a missing key is 404",
    },
    "screening": {
        ("s3:ListBucket", "arn:aws:s3:::pictures"): "a missing key is 404",
        ("s3:ListBucket", "arn:aws:s3:::models"): "a missing key is 404",
    },
    "rebuild": {("s3:ListBucket", "arn:aws:s3:::pictures"): "a missing key is 404"},
    "drift": {("s3:ListBucket", "arn:aws:s3:::pictures"): "a missing key is 404"},
    "delete": {("s3:ListBucket", "arn:aws:s3:::pictures"): "a missing key is 404"},
    "accounts": {},
    "release": {("s3:ListBucket", "arn:aws:s3:::models"): "a missing key is 404"},
    "ui": {},
    "canary": {},
    "registration": {},
}


def is_implied(function: str, right: Right) -> bool:
    is_by_action = right.action in {**_ALL_FUNCTIONS, **_BY_FUNCTION[function]}
    return is_by_action or (right.action, right.pattern) in _BY_RESOURCE[function]


def find_missing(function: str, policy: set[Right]) -> Iterator[str]:
    """The implied rights that the policy lacks."""
    actions = {right.action for right in policy}
    pairs = {(right.action, right.pattern) for right in policy}
    yield from (
        action for action in {**_ALL_FUNCTIONS, **_BY_FUNCTION[function]} if action not in actions
    )
    yield from (
        f"{action} on {on}" for action, on in _BY_RESOURCE[function] if (action, on) not in pairs
    )


assert (
    _BY_FUNCTION.keys()
    == _BY_RESOURCE.keys()
    == {each.name for each in function_definitions.FUNCTIONS}
)
