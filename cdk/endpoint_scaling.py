"""How many instances the endpoint has: by what it is asked, and by the hour."""

from aws_cdk import Aws, Duration, TimeZone
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk.config import Stage

# A bound from below, since no GPU of AWS was at hand: two processors answer 20 radiographs a second
# from the same SavedModel. AWS's advice is to take half of what an instance was seen to answer.
_ANSWERS_PER_SECOND = 20
_SHARE = 0.5
CALLS_PER_MINUTE = int(_ANSWERS_PER_SECOND * _SHARE * 60)

# When most radiographs of a hospital's day are taken and read.
READING_HOURS = (6, 20)


class EndpointScaling(Construct):
    """By day as many instances as the stage sets; by night one, and no more than the fewest by day.

    It never goes to none: the model would be asleep for minutes when a radiograph comes.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, variant: str, stage: Stage
    ) -> None:
        super().__init__(scope, construct_id)
        fewest, most = stage.endpoint_instances
        target = scaling.ScalableTarget(
            self,
            "Instances",
            service_namespace=scaling.ServiceNamespace.SAGEMAKER,
            scalable_dimension="sagemaker:variant:DesiredInstanceCount",
            resource_id=f"endpoint/{name}/variant/{variant}",
            min_capacity=1,
            max_capacity=most,
            role=self._role(),
        )
        target.scale_to_track_metric(
            "Calls",
            predefined_metric=scaling.PredefinedMetric.SAGEMAKER_VARIANT_INVOCATIONS_PER_INSTANCE,
            target_value=CALLS_PER_MINUTE,
            # An instance takes minutes to start, and is worth keeping for a while.
            scale_out_cooldown=Duration.minutes(1),
            scale_in_cooldown=Duration.minutes(10),
        )
        zone = TimeZone.of(stage.time_zone)
        for when, hour, (low, high) in (
            ("Morning", READING_HOURS[0], (fewest, most)),
            ("Evening", READING_HOURS[1], (1, fewest)),
        ):
            target.scale_on_schedule(
                when,
                schedule=scaling.Schedule.cron(hour=str(hour), minute="0"),
                time_zone=zone,
                min_capacity=low,
                max_capacity=high,
            )

    def _role(self) -> iam.IRole:
        """The one that the service makes for itself, which may only scale endpoints."""
        service = "sagemaker.application-autoscaling.amazonaws.com"
        own = "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
        arn = f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}:role/aws-service-role/{service}/{own}"
        return iam.Role.from_role_arn(self, "Role", arn, mutable=False)
