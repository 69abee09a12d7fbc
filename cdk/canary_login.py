"""The app client by which the canary logs in: by a call that takes a right to the user pool."""

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

# The shortest lives that Cognito allows.
_TOKEN_LIFE, _REFRESH_LIFE = Duration.minutes(5), Duration.hours(1)


def add_canary_client(pool: cognito.UserPool) -> cognito.UserPoolClient:
    """Its logins need the second factor, as those of people do."""
    return pool.add_client(
        "Canary",
        generate_secret=False,
        auth_flows=cognito.AuthFlow(admin_user_password=True),
        disable_o_auth=True,
        id_token_validity=_TOKEN_LIFE,
        access_token_validity=_TOKEN_LIFE,
        refresh_token_validity=_REFRESH_LIFE,
        enable_token_revocation=True,
        prevent_user_existence_errors=True,
    )


def accept_canary_risks(
    scope: Construct, *, pool: cognito.UserPool, client: cognito.UserPoolClient
) -> None:
    """Asks the canary's logins for the second factor, as always, whatever their risk.

    They come from new addresses of AWS every few hours, which threat protection would block.
    """
    Risk = cognito.CfnUserPoolRiskConfigurationAttachment
    ask = Risk.AccountTakeoverActionTypeProperty(event_action="MFA_REQUIRED", notify=False)
    Risk(
        scope,
        "CanaryRisks",
        user_pool_id=pool.user_pool_id,
        client_id=client.user_pool_client_id,
        account_takeover_risk_configuration=Risk.AccountTakeoverRiskConfigurationTypeProperty(
            actions=Risk.AccountTakeoverActionsTypeProperty(
                high_action=ask, medium_action=ask, low_action=ask
            )
        ),
    )
