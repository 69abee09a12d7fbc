"""The firewall's rules, in their order: who may come, how often, and what may not be in a request.

Limits are requests in five minutes. A page that waits for an answer asks every two seconds, and a
doctor who pages through a worklist a few times a second; the limits are ten times that.
"""

from collections.abc import Sequence
from typing import Any

from aws_cdk import aws_wafv2 as wafv2

from contracts.cookies import VISITOR_COOKIE

Acl = wafv2.CfnWebACL
Statement = Acl.StatementProperty

_A_VISITOR = 3_000
# The page's function calls with the token of the doctor for whom it does.
_A_TOKEN = 6_000
# First visits, before the page has set its cookie: a whole shift behind one address at once.
_AN_ADDRESS = 2_000
# With cookies of whatever kind: a hospital behind one address, against one that invents cookies.
_AN_ADDRESS_IN_ALL = 30_000
_WINDOW_SECONDS = 300

# Counted, not blocked. Notes and file names are free text ("nodule <5 mm", "see ../2024"); they
# arrive in bodies, are stored as they are and escaped where they are shown, and a note may be
# longer in UTF-8 than the 8 kB that the rule for sizes lets through.
_FREE_TEXT = (
    "CrossSiteScripting_BODY",
    "EC2MetaDataSSRF_BODY",
    "GenericLFI_BODY",
    "GenericRFI_BODY",
    "SizeRestrictions_BODY",
)
# Without AnonymousIpList: hospitals are behind proxies and in clouds, too.
_MANAGED: dict[str, Sequence[str]] = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    "AWSManagedRulesCommonRuleSet": _FREE_TEXT,
}

# Keys of the answers in words (cdk/firewall.py).
OUTSIDE, BUSY_PAGE, BUSY_API = "outside", "busy-page", "busy-api"


def rules(*, prefix: str, hospital: str | None) -> list[Acl.RuleProperty]:
    """`prefix` stands before all paths ("/dev", or nothing behind a domain); `hospital` is the ARN
    of the addresses that may open the page, None where all may.
    """
    api = _starts_with(f"{prefix}/v1/")
    page = Statement(not_statement=Acl.NotStatementProperty(statement=api))
    own = [_from_outside(hospital, page)] if hospital else []
    rates = [
        _rate("TokenRate", api, _A_TOKEN, key=_header("authorization"), words=BUSY_API),
        _rate("VisitorRate", page, _A_VISITOR, key=_cookie(), words=BUSY_PAGE),
        _rate("NewcomerRate", _without_cookie(page), _AN_ADDRESS, words=BUSY_PAGE),
        _rate("AddressRate", page, _AN_ADDRESS_IN_ALL, words=BUSY_PAGE),
    ]
    ordered = [*own, *rates, *(_managed(name, counted) for name, counted in _MANAGED.items())]
    return [
        Acl.RuleProperty(priority=priority, visibility_config=visible(rule["name"]), **rule)
        for priority, rule in enumerate(ordered)
    ]


def visible(name: str) -> Acl.VisibilityConfigProperty:
    """Counted under `name`; samples of requests would hold cookies."""
    return Acl.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )


def _from_outside(hospital: str, page: Statement) -> dict[str, Any]:
    inside = Statement(ip_set_reference_statement=Acl.IPSetReferenceStatementProperty(arn=hospital))
    outside = Statement(not_statement=Acl.NotStatementProperty(statement=inside))
    return {"name": "Outside", "statement": _both(page, outside), "action": _refuse(403, OUTSIDE)}


def _rate(
    name: str,
    where: Statement,
    limit: int,
    *,
    words: str,
    key: Acl.RateBasedStatementCustomKeyProperty | None = None,
) -> dict[str, Any]:
    """Counted by `key`, else by address. A request without the key is not counted."""
    rate = Acl.RateBasedStatementProperty(
        aggregate_key_type="CUSTOM_KEYS" if key else "IP",
        custom_keys=[key] if key else None,
        evaluation_window_sec=_WINDOW_SECONDS,
        limit=limit,
        scope_down_statement=where,
    )
    statement = Statement(rate_based_statement=rate)
    return {"name": name, "statement": statement, "action": _refuse(429, words)}


def _managed(name: str, counted: Sequence[str]) -> dict[str, Any]:
    count = Acl.RuleActionProperty(count={})
    group = Acl.ManagedRuleGroupStatementProperty(
        vendor_name="AWS",
        name=name,
        rule_action_overrides=[
            Acl.RuleActionOverrideProperty(name=each, action_to_use=count) for each in counted
        ],
    )
    return {
        "name": name.removeprefix("AWSManagedRules"),
        "statement": Statement(managed_rule_group_statement=group),
        "override_action": Acl.OverrideActionProperty(none={}),
    }


def _refuse(status: int, words: str) -> Acl.RuleActionProperty:
    later = [Acl.CustomHTTPHeaderProperty(name="Retry-After", value=str(_WINDOW_SECONDS))]
    response = Acl.CustomResponseProperty(
        response_code=status,
        custom_response_body_key=words,
        response_headers=later if status == 429 else None,
    )
    return Acl.RuleActionProperty(block=Acl.BlockActionProperty(custom_response=response))


def _both(*statements: Statement) -> Statement:
    return Statement(and_statement=Acl.AndStatementProperty(statements=list(statements)))


def _without_cookie(page: Statement) -> Statement:
    cookie = Acl.FieldToMatchProperty(single_header={"Name": "cookie"})
    named = _matches(cookie, f"{VISITOR_COOKIE}=", "CONTAINS")
    return _both(page, Statement(not_statement=Acl.NotStatementProperty(statement=named)))


def _starts_with(path: str) -> Statement:
    return _matches(Acl.FieldToMatchProperty(uri_path={}), path, "STARTS_WITH")


def _matches(field: Acl.FieldToMatchProperty, text: str, how: str) -> Statement:
    as_it_is = Acl.TextTransformationProperty(priority=0, type="NONE")
    match = Acl.ByteMatchStatementProperty(
        field_to_match=field,
        search_string=text,
        positional_constraint=how,
        text_transformations=[as_it_is],
    )
    return Statement(byte_match_statement=match)


def _header(name: str) -> Acl.RateBasedStatementCustomKeyProperty:
    as_it_is = Acl.TextTransformationProperty(priority=0, type="NONE")
    header = Acl.RateLimitHeaderProperty(name=name, text_transformations=[as_it_is])
    return Acl.RateBasedStatementCustomKeyProperty(header=header)


def _cookie() -> Acl.RateBasedStatementCustomKeyProperty:
    as_it_is = Acl.TextTransformationProperty(priority=0, type="NONE")
    cookie = Acl.RateLimitCookieProperty(name=VISITOR_COOKIE, text_transformations=[as_it_is])
    return Acl.RateBasedStatementCustomKeyProperty(cookie=cookie)
