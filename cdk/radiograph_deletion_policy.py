"""A policy to attach to the role of the people who may delete radiographs: `make forget`."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.config import Stage
from cdk.iam_statements import allow


class DeletionPolicy(Construct):
    """Allows people to call the deletion function, and to find it in the outputs of this stack.

    The function's own role holds the right to delete; people have no right to the buckets.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        delete_radiograph: lambda_.IFunction,
        stage: Stage,
    ) -> None:
        super().__init__(scope, construct_id)
        # CloudFormation checks a call by the stack's name against its ARN with any id.
        stack = Stack.of(self).format_arn(
            service="cloudformation", resource="stack", resource_name=f"chest-xray-{stage.name}/*"
        )
        iam.ManagedPolicy(
            self,
            "Policy",
            managed_policy_name=stage.global_name("deletion"),
            description=f"Chest X-ray screening, {stage.name}: deletes radiographs",
            statements=[
                allow("lambda:InvokeFunction", on=[delete_radiograph.function_arn]),
                allow("cloudformation:DescribeStacks", on=[stack]),
            ],
        )
