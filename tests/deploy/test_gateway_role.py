"""API Gateway's role for logs is the account's, and that of others is not replaced."""

from typing import Any

import pytest

from deploy.gateway_role import check_gateway_role
from tests.deploy.stubbed_account import fake_account, stubbed_client, synthesis

OTHERS = "arn:aws:iam::111122223333:role/team/logs"
OURS = "arn:aws:iam::111122223333:role/chest-xray-account-ApiGatewayLogs-1"
GATEWAY_ACCOUNT = {"Type": "AWS::ApiGateway::Account"}
GATEWAY_STAGE = {"Type": "AWS::ApiGateway::Stage"}


@pytest.mark.parametrize(
    ("resources", "role", "sentence"),
    [
        ({"Account": GATEWAY_ACCOUNT}, "", None),
        ({"Account": GATEWAY_ACCOUNT}, OURS, None),
        ({"Account": GATEWAY_ACCOUNT}, OTHERS, "Set `api_gateway_role` to account to keep it."),
        ({"Stage": GATEWAY_STAGE}, OTHERS, None),
        ({"Stage": GATEWAY_STAGE}, "", "API Gateway has no role for logs in us-east-1"),
    ],
)
def test_a_gateway_role_of_others_is_not_replaced(
    resources: dict[str, Any], role: str, sentence: str | None
) -> None:
    answer = {"cloudwatchRoleArn": role} if role else {}
    account = fake_account(apigateway=stubbed_client("apigateway", "get_account", answer, {}))
    found = list(check_gateway_role(account, synthesis(**resources)))
    assert len(found) == bool(sentence)
    assert all(str(sentence) in one for one in found)
