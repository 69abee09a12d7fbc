"""What a stage tells those who train for it: one parameter, as JSON, under the stage's name."""

import json
from dataclasses import asdict, dataclass

# Below it, in the models bucket, is what training reads and writes; `models/` is for releases.
TRAINING_PREFIX = "training/"
DATA_PREFIX = f"{TRAINING_PREFIX}data/"
JOBS_PREFIX = f"{TRAINING_PREFIX}jobs/"
CHECKPOINTS_PREFIX = f"{TRAINING_PREFIX}checkpoints/"

# How long a new fleet of the endpoint answers before the old one goes, if no alarm rings: longer
# than the slowest of its alarms needs to ring, and CloudWatch to hear of it.
BAKE_SECONDS = 1_200


@dataclass(frozen=True, kw_only=True)
class TrainingEnvironment:
    """`subnets` and `endpoint_alarms`, which roll a bad version back, are joined by commas.
    `serving_image` is the container that a version is made for; `endpoint_name` is empty where the
    CPU model alone answers.
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

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def parse_training_environment(text: str) -> TrainingEnvironment:
    """ValueError, TypeError where it is none."""
    return TrainingEnvironment(**json.loads(text))


def parameter_name(stage: str) -> str:
    return f"/chest-xray/{stage}/training"


def job_name_prefix(stage: str) -> str:
    """How the names of a stage's training jobs begin."""
    return f"chest-xray-{stage}"
