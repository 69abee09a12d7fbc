"""The firewall's rules in their order: allowed addresses, request rates, and content.

Limits are requests in five minutes. However many rows of a page wait for an answer, one request in
one or two seconds asks for all of them, and a doctor who pages through a worklist sends a few
requests per second; the limits are ten times that.
"""

from collections.abc import Sequence
from typing import Any

from aws_cdk import aws_wafv2 as wafv2

from contracts.cookies import VISITOR_COOKIE
from contracts.page_key import PAGE_KEY_HEADER

Acl = wafv2.CfnWebACL
Statement = Acl.StatementProperty
_NO_TRANSFORMATION = Acl.TextTransformationProperty(priority=0, type="NONE")

_VISITOR_LIMIT = 3_000
# The page's function calls the API with the doctor's token, and other programs with their own.
_TOKEN_LIMIT = 6_000
# First visits, before the page has set its cookie: a whole shift behind one address.
_NEWCOMER_LIMIT = 2_000
# With any cookie: a hospital behind one address, or an attacker who invents cookies.
_ADDRESS_LIMIT = 30_000
_WINDOW_SECONDS = 300

# Counted, not blocked. Notes and file names are free text ("nodule <5 mm", "see ../2024"). They
# arrive in bodies, are stored unchanged and escaped where they are shown, and a note may be longer
# in UTF-8 than the 8 kB that the size rule allows.
_FREE_TEXT = (
    "CrossSiteScripting_BODY",
    "EC2MetaDataSSRF_BODY",
    "GenericLFI_BODY",
    "GenericRFI_BODY",
    "SizeRestrictions_BODY",
)
# The page's function calls from addresses of AWS that others have used before.
_BY_ADDRESS = "AWSManagedRulesAmazonIpReputationList"
# Without AnonymousIpList: hospitals use proxies and clouds, too.
_MANAGED: dict[str, Sequence[str]] = {
    _BY_ADDRESS: (),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    "AWSManagedRulesCommonRuleSet": _FREE_TEXT,
}

# Keys of the response bodies (cdk/firewall.py).
OUTSIDE, OUTSIDE_API = "outside", "outside-api"
BUSY_PAGE, BUSY_API = "busy-page", "busy-api"


def rules(*, prefix: str, hospital: str | None, page_key: str) -> list[Acl.RuleProperty]:
    """All rules in their order.

    `prefix` begins all paths ("/dev"; empty behind a domain). `hospital` is the ARN of the
    addresses that may open page and API; None allows all. `page_key` is the header's value by which
    the page's own calls to the API, and the canary, are exempt from the rules by address.
    """
    api = _starts_with(f"{prefix}/v1/")
    page = _not(api)
    has_page_key = _has_page_key(page_key)
    direct_api, from_page = _all_of(api, _not(has_page_key)), _all_of(api, has_page_key)
    # The canary opens the page as well.
    direct_page = _all_of(page, _not(has_page_key))
    address_rules = (
        [
            _from_outside("Outside", hospital, direct_page, body_key=OUTSIDE),
            _from_outside("OutsideApi", hospital, direct_api, body_key=OUTSIDE_API),
        ]
        if hospital
        else []
    )
    rates = [
        _rate("TokenRate", api, _TOKEN_LIMIT, key=_header("authorization"), body_key=BUSY_API),
        _rate("VisitorRate", page, _VISITOR_LIMIT, key=_cookie(), body_key=BUSY_PAGE),
        _rate("NewcomerRate", _without_cookie(page), _NEWCOMER_LIMIT, body_key=BUSY_PAGE),
        _rate("AddressRate", page, _ADDRESS_LIMIT, body_key=BUSY_PAGE),
        _rate("ApiAddressRate", direct_api, _ADDRESS_LIMIT, body_key=BUSY_API),
    ]
    ordered = [
        *address_rules,
        *rates,
        *(
            _managed(name, counted, scope=_not(from_page) if name == _BY_ADDRESS else None)
            for name, counted in _MANAGED.items()
        ),
    ]
    return [
        Acl.RuleProperty(priority=priority, visibility_config=visibility(rule["name"]), **rule)
        for priority, rule in enumerate(ordered)
    ]


def visibility(name: str) -> Acl.VisibilityConfigProperty:
    """Metrics under `name`, without samples of requests, which would hold cookies."""
    return Acl.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )


def _from_outside(name: str, hospital: str, scope: Statement, *, body_key: str) -> dict[str, Any]:
    inside = Statement(ip_set_reference_statement=Acl.IPSetReferenceStatementProperty(arn=hospital))
    return {
        "name": name,
        "statement": _all_of(scope, _not(inside)),
        "action": _refuse(403, body_key),
    }


def _rate(
    name: str,
    scope: Statement,
    limit: int,
    *,
    body_key: str,
    key: Acl.RateBasedStatementCustomKeyProperty | None = None,
) -> dict[str, Any]:
    """Counts by `key`, or by address if there is none. Ignores requests without the key."""
    rate = Acl.RateBasedStatementProperty(
        aggregate_key_type="CUSTOM_KEYS" if key else "IP",
        custom_keys=[key] if key else None,
        evaluation_window_sec=_WINDOW_SECONDS,
        limit=limit,
        scope_down_statement=scope,
    )
    statement = Statement(rate_based_statement=rate)
    return {"name": name, "statement": statement, "action": _refuse(429, body_key)}


def _managed(name: str, counted: Sequence[str], *, scope: Statement | None) -> dict[str, Any]:
    """A rule group of AWS for the requests in `scope`; for all if there is none."""
    count = Acl.RuleActionProperty(count={})
    group = Acl.ManagedRuleGroupStatementProperty(
        vendor_name="AWS",
        name=name,
        rule_action_overrides=[
            Acl.RuleActionOverrideProperty(name=each, action_to_use=count) for each in counted
        ],
        scope_down_statement=scope,
    )
    return {
        "name": name.removeprefix("AWSManagedRules"),
        "statement": Statement(managed_rule_group_statement=group),
        "override_action": Acl.OverrideActionProperty(none={}),
    }


def _refuse(status: int, body_key: str) -> Acl.RuleActionProperty:
    retry_after = [Acl.CustomHTTPHeaderProperty(name="Retry-After", value=str(_WINDOW_SECONDS))]
    response = Acl.CustomResponseProperty(
        response_code=status,
        custom_response_body_key=body_key,
        response_headers=retry_after if status == 429 else None,
    )
    return Acl.RuleActionProperty(block=Acl.BlockActionProperty(custom_response=response))


def _all_of(*statements: Statement) -> Statement:
    return Statement(and_statement=Acl.AndStatementProperty(statements=list(statements)))


def _not(statement: Statement) -> Statement:
    return Statement(not_statement=Acl.NotStatementProperty(statement=statement))


def _has_page_key(page_key: str) -> Statement:
    header = Acl.FieldToMatchProperty(single_header={"Name": PAGE_KEY_HEADER.lower()})
    return _matches(header, page_key, "EXACTLY")


def _without_cookie(page: Statement) -> Statement:
    cookie = Acl.FieldToMatchProperty(single_header={"Name": "cookie"})
    has_cookie = _matches(cookie, f"{VISITOR_COOKIE}=", "CONTAINS")
    return _all_of(page, _not(has_cookie))


def _starts_with(path: str) -> Statement:
    return _matches(Acl.FieldToMatchProperty(uri_path={}), path, "STARTS_WITH")


def _matches(field: Acl.FieldToMatchProperty, text: str, constraint: str) -> Statement:
    match = Acl.ByteMatchStatementProperty(
        field_to_match=field,
        search_string=text,
        positional_constraint=constraint,
        text_transformations=[_NO_TRANSFORMATION],
    )
    return Statement(byte_match_statement=match)


def _header(name: str) -> Acl.RateBasedStatementCustomKeyProperty:
    header = Acl.RateLimitHeaderProperty(name=name, text_transformations=[_NO_TRANSFORMATION])
    return Acl.RateBasedStatementCustomKeyProperty(header=header)


def _cookie() -> Acl.RateBasedStatementCustomKeyProperty:
    cookie = Acl.RateLimitCookieProperty(
        name=VISITOR_COOKIE, text_transformations=[_NO_TRANSFORMATION]
    )
    return Acl.RateBasedStatementCustomKeyProperty(cookie=cookie)
