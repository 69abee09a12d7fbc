"""Reads a function's policy from the template, with the resource names of the tests."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.iam.recorder import ACCOUNT, Access
from tests.synthesis import Template

_PSEUDO = {"AWS::Partition": "aws", "AWS::AccountId": ACCOUNT, "AWS::Region": "us-east-1"}
# The tests' name of each resource, by the start of its logical id in the template.
_NAMES = {
    "BucketsFacts": "arn:aws:s3:::facts",
    "BucketsPictures": "arn:aws:s3:::pictures",
    "BucketsModels": "arn:aws:s3:::models",
    "CacheToken": "redis-token",
    "CacheRecordKey": "record-key",
    "SessionSecret": "session-secret",
    "PageKey": "page-key",
    "SearchKey": "search-key",
    "CanaryAccount": "canary-account",
    "LoginUsers": "user-pool",
    "AccountsFunction": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:accounts",
    "RegistrationFunction": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:registration",
    "DeleteFunction": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:delete",
}


@dataclass(frozen=True, kw_only=True)
class Right:
    """One action on one pattern of resources."""

    action: str
    pattern: str

    def covers(self, access: Access) -> bool:
        return self.action == access.action and fnmatchcase(access.resource, self.pattern)


def read_rights(template: Template, handler: str) -> set[Right]:
    """The rights that the function's only policy allows."""
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
        for action in _as_list(statement["Action"]):
            for resource in _as_list(statement["Resource"]):
                yield Right(action=action, pattern=resolve(resource))


def _as_list(one_or_more: Any) -> list[Any]:
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def resolve(value: Any) -> str:
    """Replaces the references of the template by names."""
    if isinstance(value, str):
        return value
    [(function, argument)] = value.items()
    if function == "Ref":
        return _PSEUDO.get(argument) or _resolve_logical_id(argument)
    if function == "Fn::GetAtt":
        return _resolve_logical_id(argument[0])
    if function == "Fn::Join":
        separator, parts = argument
        return str(separator).join(map(resolve, parts))
    if function == "Fn::Sub":
        return re.sub(r"\$\{([^}]+)\}", lambda match: _PSEUDO[match[1]], argument)
    raise AssertionError(f"tests/iam/policy.py does not know {function}")


def _resolve_logical_id(logical_id: str) -> str:
    for prefix, name in _NAMES.items():
        if logical_id.startswith(prefix):
            return name
    return logical_id
