"""What stands behind the front door: a token is asked for on `/v1`, and else the page is shown."""

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.bare_api import BareApi
from cdk.config import Stage
from cdk.refusals import refuse_in_words


class FrontDoor(Construct):
    """`api`, and `stage`, the deployed one."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bare: BareApi,
        api: lambda_.IFunction,
        page: lambda_.IFunction,
        users: cognito.IUserPool,
        stage: Stage,
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = apigateway.RestApi.from_rest_api_attributes(
            self,
            "Api",
            rest_api_id=bare.rest_api_id,
            root_resource_id=bare.root_resource_id,
        )
        # No scopes: an ID token is asked for, as an access token names no site.
        authorizer = apigateway.CognitoUserPoolsAuthorizer(
            self, "Doctors", cognito_user_pools=[users]
        )
        shown = apigateway.LambdaIntegration(page)
        methods = [
            self.api.root.add_method("ANY", shown),
            self.api.root.add_proxy(default_integration=shown).any_method,
            self.api.root.add_resource("v1")
            .add_proxy(
                default_integration=apigateway.LambdaIntegration(api),
                default_method_options=apigateway.MethodOptions(
                    authorizer=authorizer, authorization_type=apigateway.AuthorizationType.COGNITO
                ),
            )
            .any_method,
        ]
        refuse_in_words(self, self.api)
        deployment = apigateway.Deployment(self, "Deployment", api=self.api)
        for method in methods:
            assert method is not None
            deployment.node.add_dependency(method)
        self.stage = apigateway.Stage(
            self,
            "Stage",
            deployment=deployment,
            stage_name=stage.name,
            tracing_enabled=True,
            throttling_rate_limit=stage.requests_per_second,
            throttling_burst_limit=2 * stage.requests_per_second,
        )
