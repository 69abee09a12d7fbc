"""The model registry and the training environment, as the cloud's stack creates them: the same
commands register and promote a model that was trained on this machine, with no AWS account.
"""

import json

from contracts.serialisation import serialise
from contracts.training import TrainingEnvironment, parameter_name
from local.aws.clients import KEY_ID, SECRET, build_client
from local.aws.resources import FACTS_BUCKET, IMAGES_BUCKET, MODELS_BUCKET
from local.settings import REGION, Settings

STAGE = "local"
_MODEL_PACKAGE_GROUP = "chest-xray-local"


def create_training_environment(settings: Settings) -> None:
    """Writes the parameter that describes this stage, the model registry, and `aws.env`.

    Fields that only a job in AWS uses stay empty: `training.launch --local` runs jobs here.
    """
    environment = TrainingEnvironment(
        stage=STAGE,
        region=REGION,
        models_bucket=MODELS_BUCKET,
        key_arn="",
        role_arn="",
        subnets="",
        security_group="",
        model_package_group=_MODEL_PACKAGE_GROUP,
        serving_image="",
        endpoint_name="",
        endpoint_alarms="",
        facts_bucket=FACTS_BUCKET,
        images_bucket=IMAGES_BUCKET,
    )
    build_client("ssm", settings.aws_url).put_parameter(
        Name=parameter_name(STAGE),
        Value=json.dumps(serialise(environment)),
        Type="String",
        Overwrite=True,
    )
    build_client("sagemaker", settings.aws_url).create_model_package_group(
        ModelPackageGroupName=_MODEL_PACKAGE_GROUP
    )
    (settings.folder / "aws.env").write_text(
        f"export AWS_ENDPOINT_URL={settings.aws_url} AWS_DEFAULT_REGION={REGION} "
        f"AWS_ACCESS_KEY_ID={KEY_ID} AWS_SECRET_ACCESS_KEY={SECRET}\n"
    )
