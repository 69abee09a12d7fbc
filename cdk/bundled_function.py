"""A Lambda function from a bundle, with one policy of named rights."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from bundles.function_definitions import Function, Resources
from bundles.staging import stage_for_lambda
from cdk.config import Stage
from cdk.keys import Keys
from cdk.log_protection import build_protection
from cdk.network import Network


class BundledFunction(Construct):
    """`function`. With a `network` it runs in subnets without a way to the internet. `dead_letters`
    receives the events of asynchronous callers after Lambda's last try.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: Function,
        resources: Resources,
        keys: Keys,
        stage: Stage,
        network: Network | None = None,
        dead_letters: sqs.IQueue | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        log_group = self._logs(keys, stage)
        self._rights = iam.ManagedPolicy(
            self, "Rights", description=f"What {definition.name} may do"
        )
        # The group's ARN includes its streams.
        self.allow("logs:CreateLogStream", "logs:PutLogEvents", on=[log_group.log_group_arn])
        # X-Ray has no resources.
        self.allow("xray:PutTelemetryRecords", "xray:PutTraceSegments", on=["*"])
        self.allow("kms:Decrypt", on=[keys.data.key_arn])
        if network:
            self._allow_interfaces()
        if dead_letters:
            self.allow("sqs:SendMessage", on=[dead_letters.queue_arn])
        self.function = lambda_.Function(
            self,
            "Function",
            description=f"Chest X-ray screening: {definition.name}",
            runtime=lambda_.Runtime.PYTHON_3_12,
            architecture=lambda_.Architecture.X86_64,
            code=lambda_.Code.from_asset(str(stage_for_lambda(definition.bundle))),
            handler=definition.handler,
            memory_size=definition.memory_megabytes,
            timeout=Duration.seconds(definition.timeout_seconds),
            environment=definition.environment_variables(resources),
            environment_encryption=keys.data,
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log_group,
            dead_letter_queue=dead_letters,
            role=self._role(definition.name),
            vpc=network.vpc if network else None,
            vpc_subnets=ec2.SubnetSelection(subnets=network.subnets) if network else None,
            security_groups=[network.functions] if network else None,
        )

    def allow(self, *actions: str, on: list[str]) -> None:
        """Allows named actions on named resources; the constructs' own grants use wildcards."""
        self._rights.add_statements(iam.PolicyStatement(actions=list(actions), resources=on))

    def _role(self, name: str) -> iam.IRole:
        """A role that has the policy before Lambda checks it, and no other policy."""
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"Chest X-ray screening: {name}",
            managed_policies=[self._rights],
        )
        return role.without_policy_updates()

    def _allow_interfaces(self) -> None:
        """Lambda's own list for the network. Interfaces have no names before they are created."""
        self.allow(
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:UnassignPrivateIpAddresses",
            on=["*"],
        )

    def _logs(self, keys: Keys, stage: Stage) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "Logs",
            encryption_key=keys.operations,
            data_protection_policy=build_protection(),
            retention=stage.log_retention,
            removal_policy=RemovalPolicy.DESTROY,
        )
