"""The firewall limits rates by session, lets doctors write, and explains what it blocks."""

import json
from dataclasses import replace
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_secretsmanager as secretsmanager

from cdk.config import DEV
from cdk.firewall import Firewall
from contracts.cookies import VISITOR_COOKIE
from contracts.page_key import PAGE_KEY_HEADER
from tests.synthesis import Template

HOSPITAL = ("192.0.2.0/24",)
FREE_TEXT_RULES = {
    "CrossSiteScripting_BODY",
    "EC2MetaDataSSRF_BODY",
    "GenericLFI_BODY",
    "GenericRFI_BODY",
    "SizeRestrictions_BODY",
}


def firewall(*, cidrs: tuple[str, ...] = (), prefix: str = "/dev") -> Template:
    """The firewall without the rest of the stack."""
    stage = replace(DEV, hospital_cidrs=cidrs)
    app = App()
    stack = Stack(app, "Stack", env=Environment(region=stage.region))
    page_key = secretsmanager.Secret.from_secret_name_v2(stack, "PageKey", "page-key")
    Firewall(
        stack,
        "Firewall",
        protected_arn="arn:stage",
        prefix=prefix,
        page_key=page_key,
        log_name="aws-waf-logs-x",
        stage=stage,
    )
    return Template({"Stack": app.synth().get_stack_by_name("Stack").template})


def rules(template: Template) -> dict[str, dict[str, Any]]:
    """The rules by their names."""
    return {rule["Name"]: rule for rule in template.only("AWS::WAFv2::WebACL")["Rules"]}


def test_it_stands_before_the_deployed_stage(template: Template) -> None:
    [acl] = template.of_type("AWS::WAFv2::WebACL")
    [stage] = template.of_type("AWS::ApiGateway::Stage")
    association = template.only("AWS::WAFv2::WebACLAssociation")
    assert association["WebACLArn"] == {"Fn::GetAtt": [acl, "Arn"]}
    assert f'{{"Ref": "{stage}"}}' in json.dumps(association["ResourceArn"])


def test_hospitals_behind_proxies_are_not_turned_away(template: Template) -> None:
    groups = [
        rule["Statement"]["ManagedRuleGroupStatement"]["Name"]
        for rule in rules(template).values()
        if "ManagedRuleGroupStatement" in rule["Statement"]
    ]
    assert groups == [
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesCommonRuleSet",
    ]


def test_what_doctors_write_is_counted_and_not_blocked(template: Template) -> None:
    common = rules(template)["CommonRuleSet"]["Statement"]["ManagedRuleGroupStatement"]
    assert {each["Name"] for each in common["RuleActionOverrides"]} == FREE_TEXT_RULES
    assert all(each["ActionToUse"] == {"Count": {}} for each in common["RuleActionOverrides"])


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        ("TokenRate", {"Header": "authorization"}),
        ("VisitorRate", {"Cookie": VISITOR_COOKIE}),
        ("NewcomerRate", None),
        ("AddressRate", None),
    ],
)
def test_requests_are_counted_by_session_before_address(
    template: Template, rule: str, key: dict[str, str]
) -> None:
    rate = rules(template)[rule]["Statement"]["RateBasedStatement"]
    keys = [
        {kind: value["Name"] for kind, value in each.items()} for each in rate.get("CustomKeys", [])
    ]
    assert keys == ([key] if key else [])
    assert rate["AggregateKeyType"] == ("CUSTOM_KEYS" if key else "IP")


def test_the_api_is_counted_by_token_and_by_the_address_of_other_callers(
    template: Template,
) -> None:
    api = {"SearchString": "/dev/v1/", "PositionalConstraint": "STARTS_WITH"}
    scopes = {
        name: json.dumps(rule["Statement"]["RateBasedStatement"]["ScopeDownStatement"])
        for name, rule in rules(template).items()
        if "RateBasedStatement" in rule["Statement"]
    }
    assert all(api["SearchString"] in scope for scope in scopes.values())
    assert [name for name, scope in scopes.items() if "NotStatement" not in scope] == ["TokenRate"]
    assert [name for name, scope in scopes.items() if "resolve" in scope] == ["ApiAddressRate"]


def test_behind_a_domain_paths_have_no_stage_before_them() -> None:
    acl = firewall(prefix="").only("AWS::WAFv2::WebACL")
    assert '"SearchString": "/v1/"' in json.dumps(acl)


def test_without_hospital_addresses_page_and_api_are_open(template: Template) -> None:
    assert not {"Outside", "OutsideApi"} & rules(template).keys()
    assert not template.of_type("AWS::WAFv2::IPSet")


def test_from_outside_the_hospital_the_page_is_closed_but_for_the_canary() -> None:
    template = firewall(cidrs=HOSPITAL)
    scope, outside = rules(template)["Outside"]["Statement"]["AndStatement"]["Statements"]
    page, keyless = scope["AndStatement"]["Statements"]
    key = keyless["NotStatement"]["Statement"]["ByteMatchStatement"]
    assert key["FieldToMatch"] == {"SingleHeader": {"Name": PAGE_KEY_HEADER.lower()}}
    [addresses] = template.of_type("AWS::WAFv2::IPSet")
    listed = outside["NotStatement"]["Statement"]["IPSetReferenceStatement"]
    assert template.only("AWS::WAFv2::IPSet")["Addresses"] == list(HOSPITAL)
    assert listed == {"Arn": {"Fn::GetAtt": [addresses, "Arn"]}}
    assert "/dev/v1/" in json.dumps(page["NotStatement"])


def test_from_outside_the_hospital_only_the_page_calls_the_api() -> None:
    template = firewall(cidrs=HOSPITAL)
    scope, outside = rules(template)["OutsideApi"]["Statement"]["AndStatement"]["Statements"]
    assert "IPSetReferenceStatement" in outside["NotStatement"]["Statement"]
    assert is_direct_api_call(scope)


def test_the_api_has_a_rate_by_address_but_for_the_page(template: Template) -> None:
    rate = rules(template)["ApiAddressRate"]["Statement"]["RateBasedStatement"]
    assert rate["AggregateKeyType"] == "IP"
    assert is_direct_api_call(rate["ScopeDownStatement"])


def test_the_pages_own_calls_do_not_depend_on_the_reputation_of_their_address(
    template: Template,
) -> None:
    """They come from addresses of AWS that others have used before."""
    groups = {
        name: rule["Statement"]["ManagedRuleGroupStatement"].get("ScopeDownStatement")
        for name, rule in rules(template).items()
        if "ManagedRuleGroupStatement" in rule["Statement"]
    }
    reputation = groups.pop("AmazonIpReputationList")
    api, key = reputation["NotStatement"]["Statement"]["AndStatement"]["Statements"]
    assert is_direct_api_call(
        {"AndStatement": {"Statements": [api, {"NotStatement": {"Statement": key}}]}}
    )
    assert set(groups.values()) == {None}


def is_direct_api_call(scope: dict[str, Any]) -> bool:
    """Whether a statement matches the calls to /v1 without the page's key."""
    api, other = scope["AndStatement"]["Statements"]
    key = other["NotStatement"]["Statement"]["ByteMatchStatement"]
    return (
        api["ByteMatchStatement"]["SearchString"].endswith("/v1/")
        and key["FieldToMatch"] == {"SingleHeader": {"Name": PAGE_KEY_HEADER.lower()}}
        and key["PositionalConstraint"] == "EXACTLY"
        and "{{resolve:secretsmanager:" in json.dumps(key["SearchString"])
    )


def test_each_refusal_of_ours_says_why_and_when_to_come_back() -> None:
    template = firewall(cidrs=HOSPITAL)
    bodies = template.only("AWS::WAFv2::WebACL")["CustomResponseBodies"]
    answers = [
        rule["Action"]["Block"]["CustomResponse"]
        for rule in rules(template).values()
        if "Action" in rule
    ]
    assert {answer["CustomResponseBodyKey"] for answer in answers} == bodies.keys()
    for answer in answers:
        headers = {each["Name"]: each["Value"] for each in answer.get("ResponseHeaders", [])}
        assert answer["ResponseCode"] == (429 if headers else 403)
        assert headers in ({}, {"Retry-After": "300"})


def test_its_log_holds_no_token_cookie_or_query(template: Template) -> None:
    logging = template.only("AWS::WAFv2::LoggingConfiguration")
    assert logging["RedactedFields"] == [
        {"SingleHeader": {"Name": "authorization"}},
        {"SingleHeader": {"Name": "cookie"}},
        {"SingleHeader": {"Name": PAGE_KEY_HEADER.lower()}},
        {"QueryString": {}},
    ]
    assert "aws-waf-logs-chest-xray-dev" in str(
        [each.get("LogGroupName") for each in template.of_type("AWS::Logs::LogGroup").values()]
    )


def test_priorities_follow_the_order_of_the_rules() -> None:
    acl = firewall(cidrs=HOSPITAL).only("AWS::WAFv2::WebACL")
    assert [rule["Priority"] for rule in acl["Rules"]] == list(range(10))
