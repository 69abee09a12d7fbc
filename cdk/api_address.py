"""The address of a stage: a REST API without routes, and the stage's domain.

It belongs to the data stack: buckets and login need the page's address, and the functions, which
the routes call, need buckets and login.
"""

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from constructs import Construct

from cdk.config import Stage
from contracts.limits import MIN_COMPRESSED_BYTES

# TLS 1.2 with forward secrecy, or 1.3. Policies of this family need an access mode; "strict" would
# refuse requests whose host name a hospital's proxy has changed.
_TLS = apigateway.SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09
_ACCESS = apigateway.EndpointAccessMode.BASIC


class RestApi(Construct):
    """`name`, `rest_api_id`, `root_resource_id`; `origin` and `url` of the page; `prefix` of its
    paths; `domain`, None where the stage sets none.

    An L1 resource, because the L2 construct requires a method. The addresses are built from the
    API's id and the stage's name, because the deployed stage belongs to the service stack.
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
            security_policy=f"SecurityPolicy_{_TLS.name}",
            endpoint_access_mode=_ACCESS.name,
            # One address only: cookies and the login's callback depend on it.
            disable_execute_api_endpoint=bool(stage.domain_name),
            # Images and fonts pass unchanged.
            binary_media_types=["*/*"],
            minimum_compression_size=MIN_COMPRESSED_BYTES,
        )
        self.rest_api_id = api.ref
        self.root_resource_id = api.attr_root_resource_id
        self.domain = self._domain(stage) if stage.domain_name else None
        region = Stack.of(self).region
        host = stage.domain_name or f"{api.ref}.execute-api.{region}.amazonaws.com"
        self.origin = f"https://{host}"
        self.prefix = "" if stage.domain_name else f"/{stage.name}"
        self.url = f"{self.origin}{self.prefix}"

    def _domain(self, stage: Stage) -> apigateway.DomainName:
        certificate = acm.Certificate.from_certificate_arn(
            self, "Certificate", stage.certificate_arn
        )
        domain = apigateway.DomainName(
            self,
            "Domain",
            domain_name=stage.domain_name,
            certificate=certificate,
            endpoint_type=apigateway.EndpointType.REGIONAL,
            security_policy=_TLS,
            endpoint_access_mode=_ACCESS,
        )
        CfnOutput(
            self,
            "Target",
            value=domain.domain_name_alias_domain_name,
            description=f"Make a CNAME record for {stage.domain_name} that points here",
        )
        return domain
