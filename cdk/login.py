"""The login: a Cognito user pool, its login pages, and the page as its client."""

from aws_cdk import Acknowledgment, Aws, CfnResource, Duration, Validations
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from cdk.canary_login import accept_canary_risks, add_canary_client
from cdk.config import Stage
from cdk.login_style import build_assets, build_settings
from contracts.access import Role
from contracts.sites import add_canary

# The page renews a token in use by a redirect through the login's own session, without a form.
_TOKEN_LIFE = Duration.hours(1)
# As long as a session of the page (`ui.auth.sessions.MAX_SECONDS`); an hour if it were not set.
_LOGIN_SESSION = Duration.hours(12)
# Cognito's default. Each renewal begins a token session, which lives as long as a refresh token.
_MAX_TOKEN_SESSIONS = 20
# The page keeps no refresh token; Cognito requires it to outlive the others.
_REFRESH_LIFE = Duration.hours(2)

_PLANS = {True: cognito.FeaturePlan.PLUS, False: cognito.FeaturePlan.ESSENTIALS}
_PASSWORDS = cognito.PasswordPolicy(
    min_length=14,
    require_digits=True,
    require_lowercase=True,
    require_symbols=True,
    require_uppercase=True,
    password_history_size=5,
    # An unread invitation is a password in a mailbox.
    temp_password_validity=Duration.days(3),
)


class Login(Construct):
    """`pool`, `client`, `issuer` of the tokens, and `url` of the login pages."""

    def __init__(self, scope: Construct, construct_id: str, *, page_url: str, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self.pool = self._pool(page_url, stage)
        self._groups(stage)
        # Login domains share one name space per region; the account id makes this one unique.
        domain = self.pool.add_domain(
            "Domain",
            cognito_domain=cognito.CognitoDomainOptions(
                domain_prefix=f"chest-xray-{stage.name}-{Aws.ACCOUNT_ID}"
            ),
            # This version has pages for the setup of the second factor, with a QR code.
            managed_login_version=cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN,
        )
        self.client = self._client(page_url)
        self.canary_client = add_canary_client(self.pool)
        self._set_session_length()
        # Without a style, this version of the login pages answers with an error.
        cognito.CfnManagedLoginBranding(
            self,
            "Style",
            user_pool_id=self.pool.user_pool_id,
            client_id=self.client.user_pool_client_id,
            settings=build_settings(),
            assets=build_assets(),
        )
        if stage.threat_protection:
            self._block_risks()
            accept_canary_risks(self, pool=self.pool, client=self.canary_client)
        self.issuer = self.pool.user_pool_provider_url
        self.url = domain.base_url()

    def _pool(self, page_url: str, stage: Stage) -> cognito.UserPool:
        return cognito.UserPool(
            self,
            "Users",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=_PASSWORDS,
            # An authenticator app only: text messages can be redirected.
            mfa=cognito.Mfa.REQUIRED,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            user_invitation=_invitation(page_url),
            # Blocks leaked passwords and suspicious logins; needs the plan PLUS.
            feature_plan=_PLANS[stage.threat_protection],
            standard_threat_protection_mode=(
                cognito.StandardThreatProtectionMode.FULL_FUNCTION
                if stage.threat_protection
                else None
            ),
            deletion_protection=stage.protects_data,
            removal_policy=stage.removal_policy,
        )

    def _set_session_length(self) -> None:
        """Lets the page renew tokens for a whole shift after one password.

        Both types are newer than this CDK and cfn-lint. Without them everything works too, but the
        small login window asks for the password again after each hour.
        """
        tracking = self._add_session_resource(
            "SessionTracking",
            "AWS::Cognito::UserPoolSessionConfigurationAttachment",
            UserSessionTracking="ENABLED",
            TokenSession={"MaxPerUser": _MAX_TOKEN_SESSIONS},
        )
        length = self._add_session_resource(
            "SessionLength",
            "AWS::Cognito::UserPoolClientSessionConfigurationAttachment",
            ClientId=self.client.user_pool_client_id,
            SSOSession={"MaxValidityMinutes": _LOGIN_SESSION.to_minutes()},
        )
        length.add_dependency(tracking)

    def _add_session_resource(
        self, construct_id: str, resource_type: str, **properties: object
    ) -> CfnResource:
        resource = CfnResource(
            self,
            construct_id,
            type=resource_type,
            properties={"UserPoolId": self.pool.user_pool_id, **properties},
        )
        # Both are types of CloudFormation that these releases of cfn-lint and CDK do not list yet.
        resource.add_metadata("cfn-lint", {"config": {"ignore_checks": ["E3006"]}})
        reason = "CDK lists this type of CloudFormation from a later release on."
        Validations.of(resource).acknowledge(
            Acknowledgment(id="CloudFormation-Validate::F3006", reason=reason)
        )
        return resource

    def _block_risks(self) -> None:
        """Blocks leaked passwords and logins with high risk."""
        Risk = cognito.CfnUserPoolRiskConfigurationAttachment
        block = Risk.AccountTakeoverActionTypeProperty(event_action="BLOCK", notify=False)
        ask = Risk.AccountTakeoverActionTypeProperty(event_action="MFA_REQUIRED", notify=False)
        Risk(
            self,
            "Risks",
            user_pool_id=self.pool.user_pool_id,
            client_id="ALL",
            compromised_credentials_risk_configuration=(
                Risk.CompromisedCredentialsRiskConfigurationTypeProperty(
                    actions=Risk.CompromisedCredentialsActionsTypeProperty(event_action="BLOCK")
                )
            ),
            account_takeover_risk_configuration=Risk.AccountTakeoverRiskConfigurationTypeProperty(
                actions=Risk.AccountTakeoverActionsTypeProperty(
                    high_action=block, medium_action=ask
                )
            ),
        )

    def _groups(self, stage: Stage) -> None:
        """A token's groups hold the account's role and site."""
        descriptions = {role.value: f"Role: {role.value}" for role in Role}
        descriptions |= {site: f"Site: {site}" for site in add_canary(stage.sites)}
        for name, description in descriptions.items():
            self.pool.add_group(name, group_name=name, description=description)

    def _client(self, page_url: str) -> cognito.UserPoolClient:
        """A public client: the page proves by PKCE that it started the login."""
        return self.pool.add_client(
            "Page",
            generate_secret=False,
            # Cognito requires one more flow; this one never sends a password.
            auth_flows=cognito.AuthFlow(user_srp=True),
            id_token_validity=_TOKEN_LIFE,
            access_token_validity=_TOKEN_LIFE,
            refresh_token_validity=_REFRESH_LIFE,
            enable_token_revocation=True,
            prevent_user_existence_errors=True,
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            read_attributes=cognito.ClientAttributes().with_standard_attributes(
                email=True, email_verified=True
            ),
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL],
                callback_urls=[f"{page_url}/login/callback"],
                logout_urls=[f"{page_url}/"],
            ),
        )


def _invitation(page_url: str) -> cognito.UserInvitationConfig:
    """An HTML e-mail; Cognito replaces the parts in braces."""
    return cognito.UserInvitationConfig(
        email_subject="Your account for chest X-ray screening",
        email_body=(
            f'<p>You can now log in at <a href="{page_url}/">{page_url}/</a>.</p>'
            "<p>User name: {username}<br>Password for the first login: {####}</p>"
            "<p>It works for three days. You will choose a password of your own, and connect an "
            "authenticator app on your telephone.</p>"
        ),
    )
