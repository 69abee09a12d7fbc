"""Only invited people can log in, with a second factor, on the login pages."""

from contracts.access import SITE_GROUP_PATTERN, Role
from contracts.canary import CANARY_SITE
from tests.synthesis import Template
from ui.auth.sessions import MAX_SECONDS


def test_nobody_signs_up_alone(template: Template) -> None:
    pool = template.only("AWS::Cognito::UserPool")
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True


def test_everybody_has_a_second_factor_in_an_app(template: Template) -> None:
    pool = template.only("AWS::Cognito::UserPool")
    assert pool["MfaConfiguration"] == "ON"
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]


def _find_client(template: Template, name: str = "Page") -> str:
    """The logical id of the app client of the page, or of the canary."""
    clients = template.of_type("AWS::Cognito::UserPoolClient")
    [client] = [key for key in clients if key.startswith(f"LoginUsers{name}")]
    return client


def test_the_canary_logs_in_only_by_a_call_that_takes_a_right(stage: Template) -> None:
    client = stage.of_type("AWS::Cognito::UserPoolClient")[_find_client(stage, "Canary")]
    assert client["ExplicitAuthFlows"] == [
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    ]
    assert "AllowedOAuthFlows" not in client
    # Cognito takes no shorter life.
    assert (client["IdTokenValidity"], client["TokenValidityUnits"]["IdToken"]) == (5, "minutes")


def test_no_new_address_of_the_canary_is_a_risk_that_closes_the_login(prod: Template) -> None:
    kind = "AWS::Cognito::UserPoolRiskConfigurationAttachment"
    canary = {"Ref": _find_client(prod, "Canary")}
    [risks] = [each for each in prod.of_type(kind).values() if each["ClientId"] == canary]
    actions = risks["AccountTakeoverRiskConfiguration"]["Actions"].values()
    assert {action["EventAction"] for action in actions} == {"MFA_REQUIRED"}


def test_passwords_are_long_and_mixed(template: Template) -> None:
    rules = template.only("AWS::Cognito::UserPool")["Policies"]["PasswordPolicy"]
    assert rules["MinimumLength"] >= 14
    for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols"):
        assert rules[f"Require{kind}"] is True


def test_the_page_holds_no_secret_and_logs_in_by_code(template: Template) -> None:
    client = template.of_type("AWS::Cognito::UserPoolClient")[_find_client(template)]
    assert client["GenerateSecret"] is False
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"


def test_the_login_renews_tokens_for_as_long_as_a_session_of_the_page_lasts(
    template: Template,
) -> None:
    client = _find_client(template)
    tracking = template.only("AWS::Cognito::UserPoolSessionConfigurationAttachment")
    length = template.only("AWS::Cognito::UserPoolClientSessionConfigurationAttachment")
    assert tracking["UserSessionTracking"] == "ENABLED"
    assert length["ClientId"] == {"Ref": client}
    assert length["SSOSession"] == {"MaxValidityMinutes": MAX_SECONDS // 60}


def test_each_role_and_each_site_has_its_group(template: Template) -> None:
    groups = {
        each["GroupName"] for each in template.of_type("AWS::Cognito::UserPoolGroup").values()
    }
    sites = {name for name in groups if SITE_GROUP_PATTERN.fullmatch(name)}
    assert sites == {"siteMain", CANARY_SITE}
    assert groups - sites == set(Role)


def test_the_login_pages_lead_through_the_second_factor_and_have_a_style(
    template: Template,
) -> None:
    client = _find_client(template)
    assert template.only("AWS::Cognito::UserPoolDomain")["ManagedLoginVersion"] == 2
    assert template.only("AWS::Cognito::ManagedLoginBranding")["ClientId"] == {"Ref": client}


def test_threats_are_refused_and_accounts_kept_in_prod(template: Template, prod: Template) -> None:
    dev_pool, prod_pool = (each.only("AWS::Cognito::UserPool") for each in (template, prod))
    assert dev_pool["UserPoolTier"] == "ESSENTIALS"
    assert prod_pool["UserPoolTier"] == "PLUS"
    assert prod_pool["UserPoolAddOns"] == {"AdvancedSecurityMode": "ENFORCED"}
    assert (dev_pool["DeletionProtection"], prod_pool["DeletionProtection"]) == (
        "INACTIVE",
        "ACTIVE",
    )


def test_leaked_passwords_and_logins_like_a_thiefs_are_turned_away_in_prod(
    template: Template, prod: Template
) -> None:
    kind = "AWS::Cognito::UserPoolRiskConfigurationAttachment"
    [risks] = [each for each in prod.of_type(kind).values() if each["ClientId"] == "ALL"]
    leaked = risks["CompromisedCredentialsRiskConfiguration"]["Actions"]
    thief = risks["AccountTakeoverRiskConfiguration"]["Actions"]
    assert leaked == {"EventAction": "BLOCK"}
    assert thief["HighAction"]["EventAction"] == "BLOCK"
    assert not template.of_type(kind)


def test_the_invitation_says_where_to_log_in_and_as_whom(template: Template) -> None:
    pool = template.only("AWS::Cognito::UserPool")
    letter = str(pool["AdminCreateUserConfig"]["InviteMessageTemplate"]["EmailMessage"])
    assert "{username}" in letter and "{####}" in letter
    assert "execute-api" in letter
