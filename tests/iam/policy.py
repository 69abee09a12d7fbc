"""A function's policy as the template has it, with the names that the tests use."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.iam.recorder import ACCOUNT, Asked
from tests.synthesis import Template

_PSEUDO = {"AWS::Partition": "aws", "AWS::AccountId": ACCOUNT, "AWS::Region": "us-east-1"}
# What tests call the things that the template makes, by how its logical ids begin.
_NAMES = {
    "BucketsFacts": "arn:aws:s3:::facts",
    "BucketsPictures": "arn:aws:s3:::pictures",
    "BucketsModels": "arn:aws:s3:::models",
    "CacheToken": "redis-token",
    "SessionSecret": "session-secret",
}


@dataclass(frozen=True, kw_only=True)
class Right:
    """One action on one pattern of resources."""

    action: str
    pattern: str

    def covers(self, asked: Asked) -> bool:
        return self.action == asked.action and fnmatchcase(asked.resource, self.pattern)


def rights(template: Template, handler: str) -> set[Right]:
    """All that the function's one policy allows."""
    [function] = [
        each
        for each in template.of_type("AWS::Lambda::Function").values()
        if each["Handler"] == handler
    ]
    role = template.of_type("AWS::IAM::Role")[function["Role"]["Fn::GetAtt"][0]]
    [policy] = [reference["Ref"] for reference in role["ManagedPolicyArns"]]
    document = template.of_type("AWS::IAM::ManagedPolicy")[policy]["PolicyDocument"]
    return set(_rights(document["Statement"]))


def _rights(statements: Iterable[dict[str, Any]]) -> Iterator[Right]:
    for statement in statements:
        assert statement["Effect"] == "Allow"
        for action in _several(statement["Action"]):
            for resource in _several(statement["Resource"]):
                yield Right(action=action, pattern=resolve(resource))


def _several(one_or_more: Any) -> list[Any]:
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def resolve(value: Any) -> str:
    """A reference of the template as text."""
    if isinstance(value, str):
        return value
    [(function, argument)] = value.items()
    if function == "Ref":
        return _PSEUDO.get(argument) or _named(argument)
    if function == "Fn::GetAtt":
        return _named(argument[0])
    if function == "Fn::Join":
        separator, parts = argument
        return str(separator).join(map(resolve, parts))
    if function == "Fn::Sub":
        return re.sub(r"\$\{([^}]+)\}", lambda match: _PSEUDO[match[1]], argument)
    raise AssertionError(f"tests/iam/policy.py does not know {function}")


def _named(logical_id: str) -> str:
    for begins, name in _NAMES.items():
        if logical_id.startswith(begins):
            return name
    return logical_id
