"""The front door: a regional REST API that asks for a token on `/v1` and else shows the page."""

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.config import Stage
from cdk.refusals import refuse_in_words


class FrontDoor(Construct):
    """`api`, `origin` of the page, and `url` of the page.

    Both addresses are built from the API's id and the stage's name: the stage's own address would
    make the functions wait for the stage, which waits for the functions.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self.api = apigateway.RestApi(
            self,
            "Api",
            rest_api_name=f"chest-xray-{stage.name}",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            # Pictures and fonts go through as they are.
            binary_media_types=["*/*"],
            cloud_watch_role=False,
            deploy_options=apigateway.StageOptions(
                stage_name=stage.name,
                tracing_enabled=True,
                throttling_rate_limit=stage.requests_per_second,
                throttling_burst_limit=2 * stage.requests_per_second,
            ),
        )
        refuse_in_words(self.api)
        region = Stack.of(self).region
        self.origin = f"https://{self.api.rest_api_id}.execute-api.{region}.amazonaws.com"
        self.url = f"{self.origin}/{stage.name}"

    def serve(
        self, *, api: lambda_.IFunction, page: lambda_.IFunction, users: cognito.IUserPool
    ) -> None:
        """`/v1` is the API's, with a token of `users`; everything else is the page's."""
        # No scopes: an ID token is asked for, as an access token names no site.
        authorizer = apigateway.CognitoUserPoolsAuthorizer(
            self, "Doctors", cognito_user_pools=[users]
        )
        self.api.root.add_resource("v1").add_proxy(
            default_integration=apigateway.LambdaIntegration(api),
            default_method_options=apigateway.MethodOptions(
                authorizer=authorizer, authorization_type=apigateway.AuthorizationType.COGNITO
            ),
        )
        shown = apigateway.LambdaIntegration(page)
        self.api.root.add_method("ANY", shown)
        self.api.root.add_proxy(default_integration=shown)
