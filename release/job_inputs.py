"""What a training job needs before it starts: a stage that trains, and its input channels."""

from pathlib import Path

from contracts.training import TRAINING_PREFIX
from release.data_channels import has_object, upload_channels, upload_model
from release.stage_account import StageAccount, StageError, find_stage
from training.container import FIRST_MODEL
from training.data.manifest import FOLDER
from training.first_model import choose_first_model, describe_first_model
from training.preflight import check_inputs
from training.recipe import Recipe


def find_training_stage(recipe: Recipe, stage: str, *, region: str | None) -> StageAccount:
    """Returns the stage in which the recipe is trained. Raises StageError."""
    if recipe.adults:
        raise StageError(
            f"The recipe {recipe.name} needs films of adults, and jobs in SageMaker do not "
            "get them yet. Train it on this machine."
        )
    account = find_stage(stage, region=region)
    if not account.environment.subnets:
        raise StageError(
            f"{account.environment.stage} has no network for training jobs. Deploy it with the "
            "setting `training` at true, or train on this machine."
        )
    return account


def find_channels(
    account: StageAccount, recipe: Recipe, *, data: str, warm_start: Path | None
) -> dict[str, str]:
    """The S3 URL of each folder that the recipe needs; a folder of this machine is uploaded.

    Raises TrainingError.
    """
    if not data.startswith("s3://"):
        first_model = check_inputs(recipe, Path(data), warm_start=warm_start).first_model
        _print_first_model(first_model, recipe, is_default=not warm_start)
        return upload_channels(account, Path(data), recipe, first_model=first_model)
    allowed_prefix = f"s3://{account.environment.models_bucket}/{TRAINING_PREFIX}"
    if not data.startswith(allowed_prefix):
        raise StageError(f"Jobs read below {allowed_prefix} only, and not {data}.")
    url = data.rstrip("/")
    first_model = choose_first_model(
        recipe,
        url,
        warm_start=warm_start,
        has_weights=bool(recipe.backbone) and has_object(account, f"{url}/{recipe.backbone}"),
    )
    _print_first_model(first_model, recipe, is_default=not warm_start)
    channels = {FOLDER: f"{url}/{FOLDER}/"}
    if first_model:
        channels[FIRST_MODEL] = upload_model(account, first_model)
    elif recipe.backbone:
        name = Path(recipe.backbone).parent.name
        channels[name] = f"{url}/{name}/"
    return channels


def _print_first_model(first_model: Path | None, recipe: Recipe, *, is_default: bool) -> None:
    if first_model and is_default:
        print(describe_first_model(first_model, recipe))
