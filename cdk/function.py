"""A function made of a bundle: all that it is stands in `cdk.bundles`."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.bundles import Function, Resources, stage_for_lambda
from cdk.config import Stage
from cdk.network import Network

_PRIVATE = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)


class BundledFunction(Construct):
    """`function`; with a `network` it runs in the private subnets."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        made_of: Function,
        resources: Resources,
        stage: Stage,
        network: Network | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = lambda_.Function(
            self,
            "Function",
            description=f"Chest X-ray screening: {made_of.name}",
            runtime=lambda_.Runtime.PYTHON_3_12,
            architecture=lambda_.Architecture.X86_64,
            code=lambda_.Code.from_asset(str(stage_for_lambda(made_of.bundle))),
            handler=made_of.handler,
            memory_size=made_of.memory_megabytes,
            timeout=Duration.seconds(made_of.timeout_seconds),
            environment=made_of.variables(resources),
            tracing=lambda_.Tracing.ACTIVE,
            log_group=self._logs(stage),
            vpc=network.vpc if network else None,
            vpc_subnets=_PRIVATE if network else None,
            security_groups=[network.functions] if network else None,
        )

    def allow(self, *actions: str, on: list[str]) -> None:
        """Named actions on named resources: the constructs' own grants use wildcards."""
        self.function.add_to_role_policy(iam.PolicyStatement(actions=list(actions), resources=on))

    def _logs(self, stage: Stage) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "Logs",
            retention=stage.log_retention,
            removal_policy=RemovalPolicy.DESTROY,
        )
