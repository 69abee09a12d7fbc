"""Holds every synth to four rule packs of cdk-nag: met, acknowledged with a reason, or stopped."""

from collections.abc import Mapping

from aws_cdk import Acknowledgment, App, Validations
from cdk_nag import (
    AwsSolutionsChecks,
    HIPAASecurityChecks,
    NIST80053R5Checks,
    ServerlessChecks,
)
from constructs import Construct

from cdk.account_stack import AccountStack
from cdk.acknowledged import acknowledgements
from cdk.config import Stage
from cdk.data_stack import DataStack
from cdk.service_stack import ServiceStack

_PACKS = (AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, ServerlessChecks)


def check(
    app: App, *, account: AccountStack, data: DataStack, service: ServiceStack, stage: Stage
) -> None:
    """Call it last: an acknowledgement is given to the construct that it is for."""
    Validations.of(app).add_plugins(*(pack(app) for pack in _PACKS))
    stacks: dict[str, Construct] = {"account": account, "data": data, "service": service}
    for each in acknowledgements(data, stage):
        known = [Acknowledgment(id=rule, reason=each.text) for rule in each.rules]
        for path in each.where:
            Validations.of(_at(stacks, path)).acknowledge(*known)


def _at(stacks: Mapping[str, Construct], path: str) -> Construct:
    """The construct at `path`, such as `service/Cache/Token`. Raises KeyError where none is."""
    stack, *names = path.split("/")
    found = stacks[stack]
    for name in names:
        child = found.node.try_find_child(name)
        if not isinstance(child, Construct):
            raise KeyError(f"a rule is acknowledged for {path}, which is not there")
        found = child
    return found
