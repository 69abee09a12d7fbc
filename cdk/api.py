"""What stands behind the front door: a token is asked for on `/v1`, and else the page is shown."""

import json

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.api_logs import DoorLogs
from cdk.config import Stage
from cdk.gateway_responses import refuse_in_words
from cdk.rest_api import BareApi

# What a deployment is a picture of.
_DEPLOYED = (
    apigateway.CfnAuthorizer,
    apigateway.CfnGatewayResponse,
    apigateway.CfnMethod,
    apigateway.CfnResource,
)


class FrontDoor(Construct):
    """`api`, `stage`, the deployed one, and `stage_arn`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bare: BareApi,
        api: lambda_.IFunction,
        page: lambda_.IFunction,
        users: cognito.IUserPool,
        access_log: logs.ILogGroup,
        key: kms.IKey,
        stage: Stage,
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = apigateway.RestApi.from_rest_api_attributes(
            self,
            "Api",
            rest_api_id=bare.rest_api_id,
            root_resource_id=bare.root_resource_id,
        )
        self._routes(api, page, users)
        refuse_in_words(self, self.api)
        written = DoorLogs(
            self, "Logs", access=access_log, api_id=bare.rest_api_id, key=key, stage=stage
        )
        self.stage = self._stage(self._deployment(), written, stage)
        self.stage_arn = Stack.of(self).format_arn(
            service="apigateway",
            account="",
            resource="/restapis",
            resource_name=f"{bare.rest_api_id}/stages/{self.stage.stage_name}",
        )
        if bare.domain:
            apigateway.BasePathMapping(
                self, "Mapping", domain_name=bare.domain, rest_api=self.api, stage=self.stage
            )

    def _routes(
        self, api: lambda_.IFunction, page: lambda_.IFunction, users: cognito.IUserPool
    ) -> None:
        # No scopes: an ID token is asked for, as an access token names no site.
        authorizer = apigateway.CognitoUserPoolsAuthorizer(
            self, "Doctors", cognito_user_pools=[users]
        )
        shown = apigateway.LambdaIntegration(page)
        self.api.root.add_method("ANY", shown)
        self.api.root.add_proxy(default_integration=shown)
        self.api.root.add_resource("v1").add_proxy(
            default_integration=apigateway.LambdaIntegration(api),
            default_method_options=apigateway.MethodOptions(
                authorizer=authorizer, authorization_type=apigateway.AuthorizationType.COGNITO
            ),
        )

    def _deployment(self) -> apigateway.Deployment:
        """Of all that is there so far, and made anew with each change of it: CDK does so only for
        an API that it made itself.
        """
        parts = [part for part in self.node.find_all() if isinstance(part, _DEPLOYED)]
        deployment = apigateway.Deployment(self, "Deployment", api=self.api)
        stack = Stack.of(self)
        settings = [stack.resolve(part._cfn_properties) for part in parts]
        deployment.add_to_logical_id(json.dumps(settings, sort_keys=True))
        deployment.node.add_dependency(*parts)
        return deployment

    def _stage(
        self, deployment: apigateway.Deployment, written: DoorLogs, stage: Stage
    ) -> apigateway.Stage:
        deployed = apigateway.Stage(
            self,
            "Stage",
            deployment=deployment,
            stage_name=stage.name,
            access_log_destination=apigateway.LogGroupLogDestination(written.access),
            access_log_format=written.format,
            logging_level=apigateway.MethodLoggingLevel.ERROR,
            # It would write down whole requests.
            data_trace_enabled=False,
            metrics_enabled=True,
            tracing_enabled=True,
            throttling_rate_limit=stage.requests_per_second,
            throttling_burst_limit=2 * stage.requests_per_second,
        )
        deployed.node.add_dependency(written.errors)
        return deployed
