"""The web application firewall of the REST API, its answers to blocked requests, and its log."""

import json
from http import HTTPStatus

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from cdk.config import Stage
from cdk.firewall_rules import BUSY_API, BUSY_PAGE, OUTSIDE, OUTSIDE_API, rules, visibility
from contracts.api import build_problem
from contracts.page_key import PAGE_KEY_HEADER
from contracts.serialisation import serialise

Acl = wafv2.CfnWebACL

_BUSY_TEXT = "Too many requests from here. Wait five minutes and try again."
_OUTSIDE_TEXT = "This system opens only from the hospital's network. Ask your administrator."


class Firewall(Construct):
    """`metric_name` of the web ACL. L1 resources: CDK has no L2 constructs for WAF."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        protected_arn: str,
        prefix: str,
        page_key: secretsmanager.ISecret,
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
            rules=rules(
                prefix=prefix,
                hospital=self._hospital(stage),
                # CloudFormation reads the key from the secret; the template holds only its name.
                page_key=page_key.secret_value.unsafe_unwrap(),
            ),
            custom_response_bodies=_bodies(),
            visibility_config=visibility(self.metric_name),
        )
        wafv2.CfnWebACLAssociation(
            self, "Association", resource_arn=protected_arn, web_acl_arn=acl.attr_arn
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
            description="Who may open page and API",
        )
        return addresses.attr_arn

    def _log(self, acl: Acl, log_name: str) -> None:
        """Logs blocked requests, without the values that could take over a session or a login."""
        arn = Stack.of(self).format_arn(
            service="logs",
            resource="log-group",
            resource_name=log_name,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        field = wafv2.CfnLoggingConfiguration.FieldToMatchProperty
        redacted_fields = [
            field(single_header={"Name": "authorization"}),
            field(single_header={"Name": "cookie"}),
            field(single_header={"Name": PAGE_KEY_HEADER.lower()}),
            field(query_string={}),
        ]
        blocked = {"ActionCondition": {"Action": "BLOCK"}}
        wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=acl.attr_arn,
            log_destination_configs=[arn],
            redacted_fields=redacted_fields,
            logging_filter={
                "DefaultBehavior": "DROP",
                "Filters": [
                    {
                        "Behavior": "KEEP",
                        "Requirement": "MEETS_ANY",
                        # A request that is only counted may hold a doctor's note.
                        "Conditions": [blocked],
                    }
                ],
            },
        )


def _bodies() -> dict[str, Acl.CustomResponseBodyProperty]:
    return {
        OUTSIDE: _page(_OUTSIDE_TEXT),
        OUTSIDE_API: _problem(HTTPStatus.FORBIDDEN, _OUTSIDE_TEXT),
        BUSY_PAGE: _page(_BUSY_TEXT),
        BUSY_API: _problem(HTTPStatus.TOO_MANY_REQUESTS, _BUSY_TEXT),
    }


def _problem(status: HTTPStatus, text: str) -> Acl.CustomResponseBodyProperty:
    problem = build_problem(status, text, reference="")
    return Acl.CustomResponseBodyProperty(
        content_type="APPLICATION_JSON", content=json.dumps(serialise(problem))
    )


def _page(text: str) -> Acl.CustomResponseBodyProperty:
    """A page without a style sheet, since its requests would be blocked too."""
    return Acl.CustomResponseBodyProperty(
        content_type="TEXT_HTML",
        content='<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Chest X-ray screening</title><p>{text}</p></html>",
    )
