"""The states of a stage's stacks: which never succeeded, and which stop a deploy."""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy.account import Account
from deploy.notice import Notice
from deploy.templates import Synthesis

# A stack in one of these has never been complete. REVIEW_IN_PROGRESS has a change set only.
_NEVER_COMPLETE = ("REVIEW_IN_PROGRESS", "CREATE_", "ROLLBACK_", "DELETE_")


def has_succeeded(stack: Mapping[str, Any] | None) -> bool:
    """Whether a stack was complete at least once."""
    status = stack["StackStatus"] if stack else "DELETE_COMPLETE"
    return bool(status == "CREATE_COMPLETE" or not status.startswith(_NEVER_COMPLETE))


def check_states(account: Account, synthesis: Synthesis) -> Iterator[str]:
    """A sentence for each stack that a deploy cannot update."""
    for name in synthesis.templates:
        stack = account.stack(name)
        if stack is not None:
            yield from _check_state(account, name, stack)


def _check_state(account: Account, name: str, stack: Mapping[str, Any]) -> Iterator[str]:
    status = stack["StackStatus"]
    unprotect = f"aws cloudformation update-termination-protection --region {account.region} "
    unprotect += f"--no-enable-termination-protection --stack-name {name}"
    delete = f"aws cloudformation delete-stack --region {account.region} --stack-name {name}"
    if status == "REVIEW_IN_PROGRESS":
        yield Notice(
            f"Stack {name} is in {status}: it holds a change set that nobody has executed, and "
            "nothing else. This deploy makes its own and executes it."
        )
    elif status == "ROLLBACK_COMPLETE" and stack.get("EnableTerminationProtection"):
        yield (
            f"Stack {name} is in {status}: its first deploy failed, and its protection keeps the "
            f"empty stack from being removed. Run: {unprotect}"
        )
    elif status == "ROLLBACK_COMPLETE":
        yield Notice(
            f"Stack {name} is in {status}: its first deploy failed. This deploy removes the empty "
            "stack and creates it again."
        )
    elif status in ("ROLLBACK_FAILED", "DELETE_FAILED"):
        rest = [resource["LogicalResourceId"] for resource in account.resources(name)]
        commands = [unprotect] if stack.get("EnableTerminationProtection") else []
        yield (
            f"Stack {name} is in {status}: CloudFormation could not remove "
            f"{', '.join(rest) or 'all of it'}. Its events say why. Then run: "
            f"{' && '.join([*commands, delete])} (docs/deploy.md, If the first deploy fails)"
        )
    elif status == "UPDATE_ROLLBACK_FAILED":
        yield (
            f"Stack {name} is in {status}: an update failed, and so did the way back. Its events "
            "say why. Then run: aws cloudformation continue-update-rollback "
            f"--region {account.region} --stack-name {name}"
        )
