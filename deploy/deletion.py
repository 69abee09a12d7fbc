"""Deletes a radiograph's images and identity in a stage: `make forget STAGE=dev ID=...`."""

import json
from typing import Any

from botocore.config import Config

from deploy.account import Account
from deploy.errors import DeployError

# The function may run for two minutes, and a second call at the same time would help nobody.
_CONFIG = Config(read_timeout=130, retries={"total_max_attempts": 1})


def delete_radiograph(account: Account, *, stage: str, radiograph_id: str) -> str:
    """Calls the stage's deletion function; returns its answer as a sentence.

    The facts name the id of the caller's IAM user or role. Raises DeployError if the stage has no
    such function, or the deletion is not complete.
    """
    caller = account.client("sts").get_caller_identity()["UserId"].partition(":")[0]
    response = account.client("lambda", config=_CONFIG).invoke(
        FunctionName=_find_function(account, stage),
        Payload=json.dumps({"radiograph_id": radiograph_id, "by": caller}),
    )
    answer: dict[str, Any] = json.loads(response["Payload"].read())
    if "FunctionError" in response:
        raise DeployError(
            f"The deletion failed with {answer.get('errorType', 'an error')}; the log of the "
            "function delete says why. Run the command again to continue."
        )
    if not answer["is_complete"]:
        raise DeployError(answer["detail"])
    return f"{answer['detail']} {answer['object_count']} versions of objects were deleted."


def _find_function(account: Account, stage: str) -> str:
    stack = account.stack(f"chest-xray-{stage}")
    outputs = {
        output["OutputKey"]: str(output["OutputValue"])
        for output in (stack or {}).get("Outputs", [])
    }
    if "DeletionFunction" not in outputs:
        raise DeployError(
            f"Stage {stage} has no deletion function in account {account.number}, "
            f"{account.region}. Deploy it: make deploy STAGE={stage}"
        )
    return outputs["DeletionFunction"]
