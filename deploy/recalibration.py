"""Fits a site of a stage to its doctors' reviews: `make recalibrate STAGE=dev SITE=...`.

It reads facts and patient ids, and writes `sites/` and `recalibrations/`, with the operator's own
credentials.
"""

from deploy.account import Account
from deploy.errors import DeployError
from deploy.question import ask
from recalibration import command
from recalibration.target import RecalibrationError, Target


def recalibrate(
    account: Account, stage: str, *, site: str, why: str, is_undo: bool, is_confirmed: bool
) -> str:
    """The last sentence of the command. Raises DeployError where nothing was stored."""

    def confirm(text: str) -> bool:
        return is_confirmed or _ask(text) == "yes"

    outputs = account.outputs(stage)
    if "ImagesBucket" not in outputs:
        raise DeployError(f"Stage {stage} is of an earlier release: make deploy STAGE={stage}")
    target = Target(
        s3=account.client("s3"),
        facts_bucket=outputs["FactsBucket"],
        images_bucket=outputs["ImagesBucket"],
        models_bucket=outputs["ModelsBucket"],
        by=account.client("sts").get_caller_identity()["UserId"].partition(":")[0],
    )
    try:
        if is_undo:
            return command.undo(target, site, confirm=confirm)
        return command.recalibrate(target, site, why=why, confirm=confirm)
    except RecalibrationError as error:
        raise DeployError(str(error)) from error


def _ask(text: str) -> str:
    return ask(text, without="To go on without the question, add YES=1.")
