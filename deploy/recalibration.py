"""Fits a site of a stage to its doctors' reviews: `make recalibrate STAGE=dev SITE=...`.

It reads facts and writes `sites/` with the operator's own credentials.
"""

from deploy.account import Account
from deploy.errors import DeployError
from deploy.question import ask
from recalibration import command


def recalibrate(
    account: Account, stage: str, *, site: str, is_undo: bool, is_confirmed: bool
) -> str:
    """The last sentence of the command. Raises DeployError where nothing was stored."""
    outputs = account.outputs(stage)
    if "FactsBucket" not in outputs:
        raise DeployError(f"Stage {stage} is of an earlier release: make deploy STAGE={stage}")
    target = command.Target(
        s3=account.client("s3"),
        facts_bucket=outputs["FactsBucket"],
        models_bucket=outputs["ModelsBucket"],
        by=account.client("sts").get_caller_identity()["UserId"].partition(":")[0],
    )
    run = command.undo if is_undo else command.recalibrate
    try:
        return run(target, site, confirm=lambda text: is_confirmed or _ask(text) == "yes")
    except command.RecalibrationError as error:
        raise DeployError(str(error)) from error


def _ask(text: str) -> str:
    return ask(text, without="To go on without the question, add YES=1.")
