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


def test_passwords_are_long_and_mixed(template: Template) -> None:
    rules = template.only("AWS::Cognito::UserPool")["Policies"]["PasswordPolicy"]
    assert rules["MinimumLength"] >= 14
    for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols"):
        assert rules[f"Require{kind}"] is True


def test_the_page_holds_no_secret_and_logs_in_by_code(template: Template) -> None:
    client = template.only("AWS::Cognito::UserPoolClient")
    assert client["GenerateSecret"] is False
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"


def test_the_login_renews_tokens_for_as_long_as_a_session_of_the_page_lasts(
    template: Template,
) -> None:
    [client] = template.of_type("AWS::Cognito::UserPoolClient")
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
    [client] = template.of_type("AWS::Cognito::UserPoolClient")
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
    risks = prod.only(kind)
    leaked = risks["CompromisedCredentialsRiskConfiguration"]["Actions"]
    thief = risks["AccountTakeoverRiskConfiguration"]["Actions"]
    assert risks["ClientId"] == "ALL"
    assert leaked == {"EventAction": "BLOCK"}
    assert thief["HighAction"]["EventAction"] == "BLOCK"
    assert not template.of_type(kind)


def test_the_invitation_says_where_to_log_in_and_as_whom(template: Template) -> None:
    pool = template.only("AWS::Cognito::UserPool")
    letter = str(pool["AdminCreateUserConfig"]["InviteMessageTemplate"]["EmailMessage"])
    assert "{username}" in letter and "{####}" in letter
    assert "execute-api" in letter
