"""Who may log in: a Cognito user pool, its login pages, and the page as its client."""

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from cdk.config import Stage

# The page asks the user to log in again by redirect, so the token lives as long as a session may.
_TOKEN_LIFE = Duration.hours(1)


class Login(Construct):
    """`pool`, `client`, `issuer` of the tokens, and `url` of the login pages."""

    def __init__(self, scope: Construct, construct_id: str, *, page_url: str, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self.pool = cognito.UserPool(
            self,
            "Users",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=cognito.PasswordPolicy(min_length=12),
            removal_policy=RemovalPolicy.RETAIN if stage.retain_data else RemovalPolicy.DESTROY,
        )
        # Login domains share one name space in a region, so the account makes it ours.
        domain = self.pool.add_domain(
            "Domain",
            cognito_domain=cognito.CognitoDomainOptions(
                domain_prefix=f"chest-xray-{stage.name}-{Aws.ACCOUNT_ID}"
            ),
        )
        self.client = self.pool.add_client(
            "Page",
            generate_secret=False,
            id_token_validity=_TOKEN_LIFE,
            access_token_validity=_TOKEN_LIFE,
            prevent_user_existence_errors=True,
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL],
                callback_urls=[f"{page_url}/login/callback"],
                logout_urls=[f"{page_url}/"],
            ),
        )
        self.issuer = self.pool.user_pool_provider_url
        self.url = domain.base_url()
