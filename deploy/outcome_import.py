"""Imports outcomes into a stage: `make outcomes STAGE=dev SITE=... FILE=outcomes.csv`.

It reads and writes facts with the operator's own credentials, and then starts the refill of Redis.
"""

import json
from functools import partial
from pathlib import Path

from deploy.account import Account
from deploy.errors import DeployError
from deploy.question import ask
from outcomes import command
from outcomes.table import OutcomesError


def import_outcomes(
    account: Account, stage: str, *, site: str, file: Path, is_confirmed: bool
) -> str:
    """The last sentence of the command. Raises DeployError where nothing was stored."""
    outputs = account.outputs(stage)
    if "RefillFunction" not in outputs:
        raise DeployError(f"Stage {stage} is of an earlier release: make deploy STAGE={stage}")
    target = command.Target(
        s3=account.client("s3"),
        facts_bucket=outputs["FactsBucket"],
        by=account.client("sts").get_caller_identity()["UserId"].partition(":")[0],
    )
    refill = partial(_start_refill, account, outputs["RefillFunction"], site=site)
    try:
        return command.import_outcomes(
            target,
            site,
            file,
            confirm=lambda text: is_confirmed or _ask(text) == "yes",
            refill=refill,
        )
    except OutcomesError as error:
        raise DeployError(str(error)) from error


def _start_refill(account: Account, function: str, *, site: str) -> None:
    """As each night: it reads anew what Redis holds without its last fact."""
    account.client("lambda").invoke(
        FunctionName=function,
        InvocationType="Event",
        Payload=json.dumps({"site": site, "missing_only": True}),
    )


def _ask(text: str) -> str:
    return ask(text, without="To go on without the question, add YES=1.")
