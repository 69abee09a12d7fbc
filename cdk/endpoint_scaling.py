"""Autoscaling of the endpoint: by calls per instance, and by the hour of the day."""

from aws_cdk import Aws, Duration, TimeZone
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk.config import Stage

# A lower bound, because no AWS GPU was available: two processors answer 20 radiographs per second
# from the same SavedModel. AWS recommends half of the measured rate of an instance.
_ANSWERS_PER_SECOND = 20
_SHARE = 0.5
CALLS_PER_MINUTE = int(_ANSWERS_PER_SECOND * _SHARE * 60)

# When most radiographs of a hospital's day are taken and read.
WORKING_HOURS = (6, 20)


class EndpointScaling(Construct):
    """By day the stage's range of instances; by night one, up to the minimum by day.

    It never scales to zero, because the first radiograph would then wait for minutes.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, variant: str, stage: Stage
    ) -> None:
        super().__init__(scope, construct_id)
        minimum, maximum = stage.endpoint_instances
        target = scaling.ScalableTarget(
            self,
            "Instances",
            service_namespace=scaling.ServiceNamespace.SAGEMAKER,
            scalable_dimension="sagemaker:variant:DesiredInstanceCount",
            resource_id=f"endpoint/{name}/variant/{variant}",
            min_capacity=1,
            max_capacity=maximum,
            role=self._role(),
        )
        target.scale_to_track_metric(
            "Calls",
            predefined_metric=scaling.PredefinedMetric.SAGEMAKER_VARIANT_INVOCATIONS_PER_INSTANCE,
            target_value=CALLS_PER_MINUTE,
            # An instance takes minutes to start.
            scale_out_cooldown=Duration.minutes(1),
            scale_in_cooldown=Duration.minutes(10),
        )
        zone = TimeZone.of(stage.time_zone)
        for when, hour, (low, high) in (
            ("Morning", WORKING_HOURS[0], (minimum, maximum)),
            ("Evening", WORKING_HOURS[1], (1, minimum)),
        ):
            target.scale_on_schedule(
                when,
                schedule=scaling.Schedule.cron(hour=str(hour), minute="0"),
                time_zone=zone,
                min_capacity=low,
                max_capacity=high,
            )

    def _role(self) -> iam.IRole:
        """The service-linked role, which may only scale endpoints."""
        service = "sagemaker.application-autoscaling.amazonaws.com"
        role_name = "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
        arn = (
            f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}:role/aws-service-role/{service}/{role_name}"
        )
        return iam.Role.from_role_arn(self, "Role", arn, mutable=False)
