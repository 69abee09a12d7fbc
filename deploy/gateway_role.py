"""Checks whose role API Gateway uses in the account for its logs: there is one for all APIs."""

from collections.abc import Iterator

from deploy.account import Account
from deploy.templates import Synthesis, stack_names


def check_gateway_role(account: Account, synthesis: Synthesis) -> Iterator[str]:
    """A problem where the deploy would replace a role of others, or where there is none."""
    sets_role = bool(synthesis.properties("AWS::ApiGateway::Account"))
    if not sets_role and not synthesis.properties("AWS::ApiGateway::Stage"):
        return
    role = account.client("apigateway").get_account().get("cloudwatchRoleArn", "")
    # CloudFormation begins the role's name with that of its stack. A removed stack leaves it set.
    shared, *_ = stack_names(synthesis.stage)
    is_ours = role.rpartition("/")[2].startswith(f"{shared}-")
    if sets_role and role and not is_ours:
        yield (
            f"API Gateway writes the logs of all APIs in {account.region} by the role {role}, "
            "which others have set; this deploy would replace it. Set `api_gateway_role` to "
            "account to keep it. To replace it, remove it first: aws apigateway update-account "
            f"--region {account.region} "
            "--patch-operations op=replace,path=/cloudwatchRoleArn,value=''"
        )
    if not sets_role and not role:
        yield (
            f"API Gateway has no role for logs in {account.region}, and refuses an API with logs. "
            "Set `api_gateway_role` to own."
        )
