"""Checks every synth against five rule packs of cdk-nag; unacknowledged findings stop it."""

from collections.abc import Mapping

from aws_cdk import Acknowledgment, App, Validations
from cdk_nag import (
    AwsSolutionsChecks,
    HIPAASecurityChecks,
    NIST80053R5Checks,
    PCIDSS321Checks,
    ServerlessChecks,
)
from constructs import Construct

from cdk.account_stack import AccountStack
from cdk.acknowledged import acknowledgements
from cdk.config import Stage
from cdk.data_stack import DataStack
from cdk.service_stack import ServiceStack

_PACKS = (
    AwsSolutionsChecks,
    HIPAASecurityChecks,
    NIST80053R5Checks,
    PCIDSS321Checks,
    ServerlessChecks,
)


def check(
    app: App, *, account: AccountStack, data: DataStack, service: ServiceStack, stage: Stage
) -> None:
    """Must run last: an acknowledgement is attached to an existing construct."""
    Validations.of(app).add_plugins(*(pack(app) for pack in _PACKS))
    stacks: dict[str, Construct] = {"account": account, "data": data, "service": service}
    for entry in acknowledgements(data, service, stage):
        rules = [Acknowledgment(id=rule, reason=entry.text) for rule in entry.rules]
        for path in entry.paths:
            Validations.of(_find_construct(stacks, path)).acknowledge(*rules)


def _find_construct(stacks: Mapping[str, Construct], path: str) -> Construct:
    """The construct at `path`, such as `service/Cache/Token`. Raises KeyError if there is none."""
    stack, *names = path.split("/")
    construct = stacks[stack]
    for name in names:
        child = construct.node.try_find_child(name)
        if not isinstance(child, Construct):
            raise KeyError(f"a rule is acknowledged for {path}, which is not there")
        construct = child
    return construct
