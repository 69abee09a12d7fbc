"""The register of models and the place of training, as the cloud's stack makes them: so the same
commands register and promote what was trained on this machine, with no AWS account.
"""

from contracts.training import TrainingEnvironment, parameter_name
from local.aws.clients import KEY_ID, SECRET, build_client
from local.aws.resources import MODELS_BUCKET
from local.settings import REGION, Settings

STAGE = "local"
_REGISTER = "chest-xray-local"


def create_training_environment(settings: Settings) -> None:
    """Jobs run here by `training.launch --local`, which needs none of what a job in AWS needs."""
    place = TrainingEnvironment(
        stage=STAGE,
        region=REGION,
        models_bucket=MODELS_BUCKET,
        key_arn="",
        role_arn="",
        subnets="",
        security_group="",
        model_package_group=_REGISTER,
        serving_image="",
        endpoint_name="",
        endpoint_alarms="",
    )
    ssm = build_client("ssm", settings.aws_url)
    ssm.put_parameter(
        Name=parameter_name(STAGE), Value=place.to_json(), Type="String", Overwrite=True
    )
    build_client("sagemaker", settings.aws_url).create_model_package_group(
        ModelPackageGroupName=_REGISTER
    )
    (settings.folder / "aws.env").write_text(
        f"export AWS_ENDPOINT_URL={settings.aws_url} AWS_DEFAULT_REGION={REGION} "
        f"AWS_ACCESS_KEY_ID={KEY_ID} AWS_SECRET_ACCESS_KEY={SECRET}\n"
    )
