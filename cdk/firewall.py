"""The firewall before the front door, what it answers to whom it turns away, and its log."""

import json
from http import HTTPStatus

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from cdk.config import Stage
from cdk.firewall_rules import BUSY_API, BUSY_PAGE, OUTSIDE, rules, visible
from contracts.api import Problem

Acl = wafv2.CfnWebACL

_BUSY = "Too many requests from here. Wait five minutes and try again."
_NOT_HERE = "This page opens only from the hospital's network. Ask your administrator."


class Firewall(Construct):
    """`metric_name` of the web ACL. L1 resources: CDK has no other for WAF."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        protects: str,
        prefix: str,
        log_name: str,
        stage: Stage,
    ) -> None:
        super().__init__(scope, construct_id)
        self.metric_name = f"chest-xray-{stage.name}"
        acl = Acl(
            self,
            "Acl",
            name=self.metric_name,
            scope="REGIONAL",
            default_action=Acl.DefaultActionProperty(allow={}),
            rules=rules(prefix=prefix, hospital=self._hospital(stage)),
            custom_response_bodies=_bodies(),
            visibility_config=visible(self.metric_name),
        )
        wafv2.CfnWebACLAssociation(
            self, "Association", resource_arn=protects, web_acl_arn=acl.attr_arn
        )
        self._log(acl, log_name)

    def _hospital(self, stage: Stage) -> str | None:
        if not stage.hospital_cidrs:
            return None
        addresses = wafv2.CfnIPSet(
            self,
            "Hospital",
            scope="REGIONAL",
            ip_address_version="IPV4",
            addresses=list(stage.hospital_cidrs),
            description="Who may open the page",
        )
        return addresses.attr_arn

    def _log(self, acl: Acl, log_name: str) -> None:
        """Of what it turns away, and without what a session or a login could be taken over with."""
        arn = Stack.of(self).format_arn(
            service="logs",
            resource="log-group",
            resource_name=log_name,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        hide = wafv2.CfnLoggingConfiguration.FieldToMatchProperty
        hidden = [
            hide(single_header={"Name": "authorization"}),
            hide(single_header={"Name": "cookie"}),
            hide(query_string={}),
        ]
        blocked = {"ActionCondition": {"Action": "BLOCK"}}
        wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=acl.attr_arn,
            log_destination_configs=[arn],
            redacted_fields=hidden,
            logging_filter={
                "DefaultBehavior": "DROP",
                "Filters": [
                    {
                        "Behavior": "KEEP",
                        "Requirement": "MEETS_ANY",
                        # What is only counted may be what a doctor wrote: metrics count it.
                        "Conditions": [blocked],
                    }
                ],
            },
        )


def _bodies() -> dict[str, Acl.CustomResponseBodyProperty]:
    busy = Problem(
        type="about:blank",
        title=HTTPStatus.TOO_MANY_REQUESTS.phrase,
        status=HTTPStatus.TOO_MANY_REQUESTS.value,
        detail=_BUSY,
        reference="",
    )
    return {
        OUTSIDE: _page(_NOT_HERE),
        BUSY_PAGE: _page(_BUSY),
        BUSY_API: Acl.CustomResponseBodyProperty(
            content_type="APPLICATION_JSON", content=json.dumps(busy.to_json())
        ),
    }


def _page(words: str) -> Acl.CustomResponseBodyProperty:
    """Plain: whoever is turned away is not sent for a style sheet."""
    return Acl.CustomResponseBodyProperty(
        content_type="TEXT_HTML",
        content='<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Chest X-ray screening</title><p>{words}</p></html>",
    )
