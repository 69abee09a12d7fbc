"""Goes a doctor's whole way through a stage once, by the page's address: `make smoke STAGE=dev`.

It logs in as the canary, by the secret in which its account is.
"""

import time
from typing import Any

from canary.journey import Journey
from canary.login import Account, AppClient, log_in, parse_account
from canary.report import print_step, walk
from deploy.account import Account as AwsAccount
from deploy.errors import DeployError

# The canary registers its account at its first run, five minutes after a deploy at the latest.
WAIT_SECONDS = 420
_PAUSE_SECONDS = 10


def smoke(account: AwsAccount, *, stage: str) -> int:
    """Prints a line for each step; returns 0 where each succeeded, else 1.

    Raises DeployError where the stage has no canary, or no account of it after seven minutes.
    """
    outputs = account.outputs(stage)
    if "CanarySecret" not in outputs:
        raise DeployError(f"Stage {stage} is of an earlier release: make deploy STAGE={stage}")
    secrets = account.client("secretsmanager")
    client = AppClient(
        user_pools=account.client("cognito-idp"),
        pool_id=outputs["UserPool"],
        client_id=outputs["CanaryClient"],
    )
    canary = _wait_for_account(secrets, outputs["CanarySecret"], stage)
    page_key = _read_secret(secrets, outputs["PageKeySecret"])
    print(f"The page: {outputs['PageUrl']}/")
    return walk(
        Journey(
            url=outputs["PageUrl"],
            log_in=lambda: log_in(client, canary),
            report=print_step,
            page_key=page_key,
        )
    )


def _wait_for_account(secrets: Any, name: str, stage: str) -> Account:
    deadline = time.monotonic() + WAIT_SECONDS
    is_first = True
    while (account := parse_account(_read_secret(secrets, name))) is None:
        if time.monotonic() > deadline:
            raise DeployError(
                f"The canary of stage {stage} has registered no account. The log of its function "
                "canary says why (docs/runbooks/canary.md)."
            )
        if is_first:
            print("Waiting for the canary's first run, which registers its account.", flush=True)
        is_first = False
        time.sleep(_PAUSE_SECONDS)
    return account


def _read_secret(secrets: Any, name: str) -> str:
    return str(secrets.get_secret_value(SecretId=name)["SecretString"])
