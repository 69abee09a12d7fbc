"""The logs of the REST API: a line per request, never with a query string."""

import json

from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.config import Stage
from cdk.log_protection import build_protection

# Query strings hold login codes, and bodies hold doctors' notes; ids and paths name no patient.
FIELDS = {
    "time": "$context.requestTime",
    "request": "$context.requestId",
    "trace": "$context.xrayTraceId",
    "address": "$context.identity.sourceIp",
    "account": "$context.authorizer.claims.sub",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "milliseconds": "$context.responseLatency",
    "behind_milliseconds": "$context.integrationLatency",
    "refused_by_firewall": "$context.wafResponseCode",
    "error": "$context.error.responseType",
}


class ApiLogs(Construct):
    """`access`, and `errors`, where API Gateway logs why it could not answer."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        access: logs.ILogGroup,
        api_id: str,
        key: kms.IKey,
        stage: Stage,
    ) -> None:
        super().__init__(scope, construct_id)
        self.access = access
        # API Gateway would create this group itself, without expiry and without our key.
        self.errors = logs.LogGroup(
            self,
            "Errors",
            log_group_name=f"API-Gateway-Execution-Logs_{api_id}/{stage.name}",
            encryption_key=key,
            data_protection_policy=build_protection(),
            retention=stage.log_retention,
            removal_policy=RemovalPolicy.DESTROY,
        )

    @property
    def format(self) -> apigateway.AccessLogFormat:
        """One line of JSON per request."""
        return apigateway.AccessLogFormat.custom(json.dumps(FIELDS))
