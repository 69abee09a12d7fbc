"""The routes of the REST API: `/v1` needs a token and calls the API; all others call the page."""

import json

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.api_address import RestApi
from cdk.api_logs import ApiLogs
from cdk.config import Stage
from cdk.gateway_responses import add_gateway_responses

# A deployment is a snapshot of these.
_DEPLOYED = (
    apigateway.CfnAuthorizer,
    apigateway.CfnGatewayResponse,
    apigateway.CfnMethod,
    apigateway.CfnResource,
)


class Api(Construct):
    """`rest_api`, its deployed `stage`, and `stage_arn`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        rest_api: RestApi,
        api: lambda_.IFunction,
        page: lambda_.IFunction,
        users: cognito.IUserPool,
        access_log: logs.ILogGroup,
        key: kms.IKey,
        stage: Stage,
    ) -> None:
        super().__init__(scope, construct_id)
        self.rest_api = apigateway.RestApi.from_rest_api_attributes(
            self,
            "Api",
            rest_api_id=rest_api.rest_api_id,
            root_resource_id=rest_api.root_resource_id,
        )
        self._routes(api, page, users)
        add_gateway_responses(self, self.rest_api)
        api_logs = ApiLogs(
            self, "Logs", access=access_log, api_id=rest_api.rest_api_id, key=key, stage=stage
        )
        self.stage = self._stage(self._deployment(), api_logs, stage)
        self.stage_arn = Stack.of(self).format_arn(
            service="apigateway",
            account="",
            resource="/restapis",
            resource_name=f"{rest_api.rest_api_id}/stages/{self.stage.stage_name}",
        )
        if rest_api.domain:
            apigateway.BasePathMapping(
                self,
                "Mapping",
                domain_name=rest_api.domain,
                rest_api=self.rest_api,
                stage=self.stage,
            )

    def _routes(
        self, api: lambda_.IFunction, page: lambda_.IFunction, users: cognito.IUserPool
    ) -> None:
        # No scopes: the API needs an ID token, because an access token names no site.
        authorizer = apigateway.CognitoUserPoolsAuthorizer(
            self, "Doctors", cognito_user_pools=[users]
        )
        page_integration = apigateway.LambdaIntegration(page)
        self.rest_api.root.add_method("ANY", page_integration)
        self.rest_api.root.add_proxy(default_integration=page_integration)
        self.rest_api.root.add_resource("v1").add_proxy(
            default_integration=apigateway.LambdaIntegration(api),
            default_method_options=apigateway.MethodOptions(
                authorizer=authorizer, authorization_type=apigateway.AuthorizationType.COGNITO
            ),
        )

    def _deployment(self) -> apigateway.Deployment:
        """A deployment of all routes so far, replaced with each change of them. CDK does this only
        for an API that it created itself.
        """
        parts = [part for part in self.node.find_all() if isinstance(part, _DEPLOYED)]
        deployment = apigateway.Deployment(self, "Deployment", api=self.rest_api)
        stack = Stack.of(self)
        settings = [stack.resolve(part._cfn_properties) for part in parts]
        deployment.add_to_logical_id(json.dumps(settings, sort_keys=True))
        deployment.node.add_dependency(*parts)
        return deployment

    def _stage(
        self, deployment: apigateway.Deployment, api_logs: ApiLogs, stage: Stage
    ) -> apigateway.Stage:
        deployed_stage = apigateway.Stage(
            self,
            "Stage",
            deployment=deployment,
            stage_name=stage.name,
            access_log_destination=apigateway.LogGroupLogDestination(api_logs.access),
            access_log_format=api_logs.format,
            logging_level=apigateway.MethodLoggingLevel.ERROR,
            # It would log whole requests.
            data_trace_enabled=False,
            metrics_enabled=True,
            tracing_enabled=True,
            throttling_rate_limit=stage.requests_per_second,
            throttling_burst_limit=2 * stage.requests_per_second,
        )
        deployed_stage.node.add_dependency(api_logs.errors)
        return deployed_stage
