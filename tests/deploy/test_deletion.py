"""`make forget STAGE=` calls the stage's function, and tells people its answer."""

import io
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.config import Config

from deploy.account import Account
from deploy.deletion import delete_radiograph
from deploy.errors import DeployError

RADIOGRAPH = "mzxw6ytboi4dsnrsgm2tinzxge"
STACK = {"Outputs": [{"OutputKey": "DeletionFunction", "OutputValue": "dev-delete"}]}


@dataclass(frozen=True, kw_only=True)
class FakeAccount(Account):
    """An account whose clients answer as given: moto runs no function without Docker."""

    answer: dict[str, Any]
    stack_outputs: dict[str, Any] | None
    calls: list[dict[str, Any]] = field(default_factory=list)
    function_error: str = ""

    def stack(self, name: str) -> dict[str, Any] | None:
        return self.stack_outputs if name == "chest-xray-dev" else None

    def client(self, service: str, *, config: Config | None = None) -> Any:
        return self

    def get_caller_identity(self) -> dict[str, str]:
        return {"UserId": "AROA2EXAMPLE:somebody@hospital.example"}

    def invoke(self, **call: Any) -> dict[str, Any]:
        self.calls.append(call)
        response = {"Payload": io.BytesIO(json.dumps(self.answer).encode())}
        error = {"FunctionError": self.function_error} if self.function_error else {}
        return {**response, **error}


def account(answer: dict[str, Any], **changes: Any) -> FakeAccount:
    fields = {"stack_outputs": STACK, **changes}
    return FakeAccount(
        number="111122223333", region="us-east-1", session=None, answer=answer, **fields
    )


def test_the_function_is_called_with_the_radiograph_and_the_callers_id() -> None:
    answer = {"is_complete": True, "detail": "The radiograph is deleted.", "object_count": 7}
    caller = account(answer)
    sentence = delete_radiograph(caller, stage="dev", radiograph_id=RADIOGRAPH)
    assert sentence == "The radiograph is deleted. 7 versions of objects were deleted."
    [call] = caller.calls
    assert call["FunctionName"] == "dev-delete"
    # Without the session's name, which may be an e-mail address.
    assert json.loads(call["Payload"]) == {"radiograph_id": RADIOGRAPH, "by": "AROA2EXAMPLE"}


def test_an_incomplete_deletion_is_an_error_with_the_functions_words() -> None:
    caller = account(
        {"is_complete": False, "detail": "There is no radiograph x.", "object_count": 0}
    )
    with pytest.raises(DeployError, match=r"There is no radiograph x\."):
        delete_radiograph(caller, stage="dev", radiograph_id="x")


def test_a_function_that_fails_is_named_with_what_to_do() -> None:
    caller = account({"errorType": "ClientError"}, function_error="Unhandled")
    with pytest.raises(DeployError, match=r"failed with ClientError.*Run the command again"):
        delete_radiograph(caller, stage="dev", radiograph_id=RADIOGRAPH)


@pytest.mark.parametrize("stack", [None, {}, {"Outputs": []}])
def test_a_stage_without_the_function_is_named(stack: dict[str, Any] | None) -> None:
    with pytest.raises(DeployError, match="make deploy STAGE=dev"):
        delete_radiograph(account({}, stack_outputs=stack), stage="dev", radiograph_id=RADIOGRAPH)
