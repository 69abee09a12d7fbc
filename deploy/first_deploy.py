"""Protects a stage from deletion only once it has been complete.

CDK's command line protects a stack before it creates it, and the user pool is protected from its
creation on. If the first deploy fails then, CloudFormation can remove neither, and no deploy can
create them again.
"""

import json

from deploy.account import Account
from deploy.stack_states import has_succeeded
from deploy.templates import Synthesis, stack_names


def choose_protection(account: Account, synthesis: Synthesis) -> str | None:
    """The value of `deletion_protection` until each stack has succeeded; None: as it is set.

    What is protected in AWS stays so: a stack that has succeeded is never unprotected.
    """
    _, data, service = stack_names(synthesis.stage)
    protected = _protected_stacks(synthesis)
    if data in protected and not has_succeeded(account.stack(data)):
        return "none"
    if service in protected and not has_succeeded(account.stack(service)):
        return "data"
    return None


def _protected_stacks(synthesis: Synthesis) -> set[str]:
    """The stacks to which CDK's command line gives termination protection."""
    artifacts = json.loads((synthesis.folder / "manifest.json").read_text())["artifacts"]
    names = synthesis.templates.keys() & artifacts.keys()
    return {n for n in names if artifacts[n].get("properties", {}).get("terminationProtection")}
