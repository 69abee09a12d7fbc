"""Where a stage is trained: the SSM parameter that describes it, and keys in the models bucket."""

import json
from dataclasses import dataclass

from contracts.serialisation import parse

# What training reads and writes in the models bucket. Released versions are below `models/`.
TRAINING_PREFIX = "training/"
DATA_PREFIX = f"{TRAINING_PREFIX}data/"
JOBS_PREFIX = f"{TRAINING_PREFIX}jobs/"
CHECKPOINTS_PREFIX = f"{TRAINING_PREFIX}checkpoints/"
# The secret of `training.collect`; jobs cannot read it.
COLLECTION_SECRET_KEY = "collection/secret.json"

# How long a new fleet of the endpoint serves before the old one is removed, if no alarm rings:
# longer than the slowest of its alarms takes to ring, with CloudWatch's own delay.
BAKE_SECONDS = 1_200


@dataclass(frozen=True, kw_only=True)
class TrainingEnvironment:
    """The content of the stage's SSM parameter, for the commands that train and promote.

    `subnets` and `endpoint_alarms`, which roll back a bad version, are joined by commas; `subnets`
    is empty where no models are trained.
    `serving_image` is the container in which a version is served; `endpoint_name` is empty where
    only the CPU model answers. `endpoint_schedule` is the schedule that creates the endpoint in the
    morning, where there is one. `training.collect` reads films from `facts_bucket` and
    `images_bucket`, and `training.lineage` from the first. SageMaker runs the pipeline of
    `training.pipeline` by `pipeline_role_arn`, and its last job registers the model by
    `registration_role_arn`. These four are empty for a stage of an earlier release.
    """

    stage: str
    region: str
    models_bucket: str
    key_arn: str
    role_arn: str
    subnets: str
    security_group: str
    model_package_group: str
    serving_image: str
    endpoint_name: str
    endpoint_alarms: str
    endpoint_schedule: str = ""
    facts_bucket: str = ""
    images_bucket: str = ""
    pipeline_role_arn: str = ""
    registration_role_arn: str = ""


def parse_training_environment(text: str) -> TrainingEnvironment:
    """The content of the parameter. Raises ValueError."""
    return parse(TrainingEnvironment, json.loads(text))


def parameter_name(stage: str) -> str:
    return f"/chest-xray/{stage}/training"


def job_name_prefix(stage: str) -> str:
    """The start of the name of each training job of a stage."""
    return f"chest-xray-{stage}"
