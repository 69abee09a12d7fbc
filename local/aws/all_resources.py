"""Everything that moto has only in memory, created at a start and again after moto has died."""

from dataclasses import dataclass

from bundles.function_definitions import SCREENING_FUNCTION
from contracts.queue import LOCAL_VISIBILITY_FACTOR
from local.aws.persistent_secrets import SECRETS, publish_secret
from local.aws.resources import create_buckets, create_queue, publish_model
from local.aws.training_environment import create_training_environment
from local.settings import Settings


@dataclass(frozen=True, kw_only=True)
class AwsResources:
    """`secret_arns` is by the names of `persistent_secrets`; `model` describes the version."""

    secret_arns: dict[str, str]
    queue_url: str
    model: str


def create_aws_resources(settings: Settings) -> AwsResources:
    """Creates what is missing. Each resource has the same name and address every time."""
    create_buckets(settings)
    resources = AwsResources(
        secret_arns={name: publish_secret(settings, name) for name in SECRETS},
        queue_url=create_queue(
            settings,
            visibility_timeout_seconds=LOCAL_VISIBILITY_FACTOR * SCREENING_FUNCTION.timeout_seconds,
        ),
        model=publish_model(settings),
    )
    create_training_environment(settings)
    return resources
