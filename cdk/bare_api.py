"""The front door's address: a REST API with nothing behind it yet.

It lives with the data, since buckets and login need the page's address, and the functions, which
stand behind it, need buckets and login.
"""

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from cdk.config import Stage


class BareApi(Construct):
    """`name`, `rest_api_id`, `root_resource_id`, `origin` of the page, and `url` of the page.

    An L1 resource: the L2 construct insists on a method. The addresses are built from the API's id
    and the stage's name: the deployed stage's own address comes with the functions.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self.name = f"chest-xray-{stage.name}"
        api = apigateway.CfnRestApi(
            self,
            "Api",
            name=self.name,
            endpoint_configuration=apigateway.CfnRestApi.EndpointConfigurationProperty(
                types=["REGIONAL"]
            ),
            # Pictures and fonts go through as they are.
            binary_media_types=["*/*"],
        )
        self.rest_api_id = api.ref
        self.root_resource_id = api.attr_root_resource_id
        region = Stack.of(self).region
        self.origin = f"https://{api.ref}.execute-api.{region}.amazonaws.com"
        self.url = f"{self.origin}/{stage.name}"
