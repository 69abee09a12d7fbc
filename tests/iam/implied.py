"""Rights that no call of a function's own shows, each with who uses it in the function's name."""

from collections.abc import Iterator

from bundles import functions
from tests.iam.policy import Right

_OBJECTS_IN = "arn:aws:s3:::pictures/incoming/*"

_EVERY = {
    "logs:CreateLogStream": "Lambda writes the function's log",
    "logs:PutLogEvents": "Lambda writes the function's log",
    "xray:PutTelemetryRecords": "Lambda's daemon sends the traces",
    "xray:PutTraceSegments": "Lambda's daemon sends the traces",
    "kms:Decrypt": "Lambda reads the environment; S3 and Secrets Manager what lies under our key",
}
_IN_THE_NETWORK = {
    "ec2:AssignPrivateIpAddresses": "Lambda puts the function into the network",
    "ec2:CreateNetworkInterface": "Lambda puts the function into the network",
    "ec2:DeleteNetworkInterface": "Lambda takes it out again",
    "ec2:DescribeNetworkInterfaces": "Lambda looks for an interface that is there",
    "ec2:DescribeSubnets": "Lambda looks where the function belongs",
    "ec2:UnassignPrivateIpAddresses": "Lambda takes it out again",
}
_PUTS = {"kms:GenerateDataKey": "S3 encrypts what the function puts"}
_OF = {
    "api": {**_IN_THE_NETWORK, **_PUTS},
    "screening": {
        **_IN_THE_NETWORK,
        **_PUTS,
        "sqs:DeleteMessage": "the event source takes messages off the queue",
        "sqs:GetQueueAttributes": "the event source looks how many there are",
        "sqs:ReceiveMessage": "the event source takes messages off the queue",
    },
    "rebuild": {**_IN_THE_NETWORK, "sqs:SendMessage": "Lambda keeps an event that it gave up"},
    "release": {**_IN_THE_NETWORK, **_PUTS},
    "ui": {},
}
# On one resource only. Without the right to list, S3 says 403 of a missing key, and not 404.
_ON = {
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
    "release": {("s3:ListBucket", "arn:aws:s3:::models"): "a missing key is 404"},
    "ui": {},
}


def is_implied(function: str, right: Right) -> bool:
    by_action = right.action in {**_EVERY, **_OF[function]}
    return by_action or (right.action, right.pattern) in _ON[function]


def missing(function: str, policy: set[Right]) -> Iterator[str]:
    """What somebody else needs in the function's name, and the policy does not have."""
    actions = {right.action for right in policy}
    pairs = {(right.action, right.pattern) for right in policy}
    yield from (action for action in {**_EVERY, **_OF[function]} if action not in actions)
    yield from (f"{action} on {on}" for action, on in _ON[function] if (action, on) not in pairs)


assert _OF.keys() == _ON.keys() == {each.name for each in functions.FUNCTIONS}
