"""Creates the endpoint each morning and deletes it each evening, by EventBridge Scheduler.

The schedules call SageMaker themselves. So the stack holds no endpoint, only its model and its
configuration, and nothing is paid for at night. A promotion names its own configuration in the
schedule of the morning.
"""

from aws_cdk import ArnFormat, Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk.aws_sagemaker import CfnEndpointConfig
from constructs import Construct

from cdk.config import Stage
from cdk.endpoint_scaling import WORKING_HOURS
from cdk.iam_statements import own_service

# The endpoint starts within a quarter of an hour. A second call is refused where the first one has
# had an effect; in the evening the later ones wait for a promotion, which takes up to an hour.
_MORNING = f"cron(30,45 {WORKING_HOURS[0] - 1} * * ? *)"
_EVENING = f"cron(5,35 {WORKING_HOURS[1]}-{WORKING_HOURS[1] + 1} * * ? *)"


class EndpointSchedule(Construct):
    """`arn` of the schedule of the morning, and the `role_arn` of its calls."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        endpoint_name: str,
        endpoint_arn: str,
        config: CfnEndpointConfig,
        stage: Stage,
    ) -> None:
        super().__init__(scope, construct_id)
        self._stage = stage
        role = self._role(endpoint_name, endpoint_arn, config)
        self.role_arn = role.role_arn
        self.arn = Stack.of(self).format_arn(
            service="scheduler", resource="schedule", resource_name=f"default/{name}"
        )
        stop = {"EndpointName": endpoint_name}
        start = {**stop, "EndpointConfigName": config.attr_endpoint_config_name}
        self._schedule("Morning", name, _MORNING, action="createEndpoint", request=start)
        evening = f"{endpoint_name}-evening"
        self._schedule("Evening", evening, _EVENING, action="deleteEndpoint", request=stop)

    def _schedule(
        self, construct_id: str, name: str, when: str, *, action: str, request: dict[str, str]
    ) -> None:
        target = scheduler.CfnSchedule.TargetProperty(
            arn=f"arn:{Aws.PARTITION}:scheduler:::aws-sdk:sagemaker:{action}",
            role_arn=self.role_arn,
            input=Stack.of(self).to_json_string(request),
        )
        scheduler.CfnSchedule(
            self,
            construct_id,
            name=name,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            schedule_expression=when,
            schedule_expression_timezone=self._stage.time_zone,
            target=target,
        )

    def _role(self, endpoint_name: str, endpoint_arn: str, config: CfnEndpointConfig) -> iam.IRole:
        promoted = Stack.of(self).format_arn(
            service="sagemaker",
            resource="endpoint-config",
            resource_name=f"{endpoint_name}-*",
            arn_format=ArnFormat.SLASH_RESOURCE_NAME,
        )
        role = iam.Role(
            self,
            "Role",
            description="Chest X-ray screening: creates and deletes the endpoint by the hour",
            assumed_by=own_service("scheduler"),
        )
        iam.ManagedPolicy(
            self,
            "Rights",
            description="What the schedule of the endpoint may do",
            roles=[role],
            statements=[
                iam.PolicyStatement(
                    actions=["sagemaker:CreateEndpoint"],
                    resources=[endpoint_arn, config.ref, promoted],
                ),
                iam.PolicyStatement(actions=["sagemaker:DeleteEndpoint"], resources=[endpoint_arn]),
            ],
        )
        return role
