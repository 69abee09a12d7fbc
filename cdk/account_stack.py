"""What an account has once in a region: the role with which API Gateway writes logs.

All stages share it, so it stays when one stage is removed.
"""

from aws_cdk import Environment, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk.config import Stage


class AccountStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(
            scope,
            construct_id,
            env=Environment(region=stage.region),
            description="Chest X-ray screening: what all stages of this account share",
        )
        role = iam.Role(
            self,
            "ApiGatewayLogs",
            description="API Gateway writes the logs of all APIs in this account and region",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
        )
        rights = iam.ManagedPolicy(
            self,
            "Rights",
            roles=[role],
            statements=[
                iam.PolicyStatement(
                    # The actions of AWS's own policy for this role. API Gateway accepts the role
                    # only if it has them on all resources.
                    actions=[
                        "logs:CreateLogGroup",
                        "logs:CreateLogStream",
                        "logs:DescribeLogGroups",
                        "logs:DescribeLogStreams",
                        "logs:FilterLogEvents",
                        "logs:GetLogEvents",
                        "logs:PutLogEvents",
                    ],
                    resources=["*"],
                )
            ],
        )
        # Without it the stack's role has no use, and a stack must have a resource.
        if stage.sets_gateway_role:
            account = apigateway.CfnAccount(self, "Account", cloud_watch_role_arn=role.role_arn)
            account.node.add_dependency(rights)
