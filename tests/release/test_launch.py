"""A job has the settings of its stage, and what it makes is registered.

Requests are read as SageMaker would receive them; botocore has checked them against its API model.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from contracts.training import CHECKPOINTS_PREFIX, DATA_PREFIX
from tests.release.job_channels import WEIGHTS, list_channels
from tests.release.stage import ENVIRONMENT, Stage, start_stage
from training.commit import read_commit
from training.container import build_options
from training.data.manifest import DESCRIPTION_FILE, FOLDER
from training.log_metrics import METRICS

NOISE = ("--set", "augmentation.noise=0.02")


@dataclass(frozen=True, kw_only=True)
class Jobs:
    """The requests of two jobs: `plain`, and `spot`, which continues from its checkpoints."""

    stage: Stage
    output: str
    plain: dict[str, Any]
    spot: dict[str, Any]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        yield stage


@pytest.fixture(scope="module")
def jobs(stage: Stage, drawn_data: Path) -> Jobs:
    (drawn_data / FOLDER / "notes.txt").write_text("not of the data set")
    (drawn_data / WEIGHTS).parent.mkdir()
    (drawn_data / WEIGHTS).write_bytes(b"weights")
    data = ["--data", str(drawn_data)]
    first = stage.run("launch", "--recipe", "smoke", "--set", "epochs=3", *NOISE, *data)
    assert first.returncode == 0, first.stderr
    [plain] = stage.sagemaker_requests("CreateTrainingJob")
    instance = ["--spot", "--hours", "2", "--instance-type", "ml.g4dn.xlarge"]
    resume = ["--resume", plain["TrainingJobName"]]
    second = stage.run("launch", "--recipe", "default", *data, *instance, *resume)
    assert second.returncode == 0, second.stderr
    _, spot = stage.sagemaker_requests("CreateTrainingJob")
    return Jobs(stage=stage, output=first.stdout, plain=plain, spot=spot)


def test_a_job_runs_where_and_as_the_stage_says(jobs: Jobs) -> None:
    job = jobs.plain
    assert job["TrainingJobName"].startswith("chest-xray-dev-smoke-")
    assert job["RoleArn"] == ENVIRONMENT.role_arn
    assert job["VpcConfig"] == {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1", "subnet-2"]}
    assert job["OutputDataConfig"]["KmsKeyId"] == ENVIRONMENT.key_arn
    assert job["OutputDataConfig"]["S3OutputPath"].startswith("s3://models/training/jobs/")
    assert {tag["Key"]: tag["Value"] for tag in job["Tags"]}["stage"] == "dev"


def test_settings_of_a_group_reach_the_run_in_the_container(jobs: Jobs, tmp_path: Path) -> None:
    """SageMaker makes a variable of the shell of each hyperparameter."""
    hyperparameters = jobs.plain["HyperParameters"]
    assert all(re.fullmatch(r"[a-z_]+", name) for name in hyperparameters)
    parsed = {**hyperparameters, "settings": json.loads(hyperparameters["settings"])}
    for value in (hyperparameters, parsed):
        environment = {
            "SM_HPS": json.dumps(value),
            "SM_MODEL_DIR": str(tmp_path),
            f"SM_CHANNEL_{FOLDER.upper()}": str(tmp_path / FOLDER),
            "XRAY_CHECKPOINTS": str(tmp_path),
        }
        options = build_options(environment)
        assert options[:2] == ["--recipe", "smoke"]
        assert options[-4:] == ["--set", "epochs=3", "--set", "augmentation.noise=0.02"]


def test_whoever_launches_is_told_how_to_register(jobs: Jobs) -> None:
    name = jobs.plain["TrainingJobName"]
    assert f"python -m training.register {name} --stage dev" in jobs.output


def test_the_container_is_tensorflow_for_the_instance(jobs: Jobs) -> None:
    def image(job: dict[str, Any]) -> str:
        return str(job["AlgorithmSpecification"]["TrainingImage"])

    assert image(jobs.plain).endswith("/tensorflow-training:2.21-cpu-py312")
    assert image(jobs.spot).endswith("/tensorflow-training:2.21-gpu-py312")


def test_an_instance_with_disks_of_its_own_takes_no_key(jobs: Jobs) -> None:
    assert jobs.plain["ResourceConfig"]["VolumeKmsKeyId"] == ENVIRONMENT.key_arn
    assert "VolumeKmsKeyId" not in jobs.spot["ResourceConfig"]


def test_a_spot_job_may_wait_longer_than_it_runs(jobs: Jobs) -> None:
    assert jobs.spot["EnableManagedSpotTraining"] is True
    limits = {"MaxRuntimeInSeconds": 7200, "MaxWaitTimeInSeconds": 10800}
    assert jobs.spot["StoppingCondition"] == limits
    assert jobs.plain["StoppingCondition"] == {"MaxRuntimeInSeconds": 14400}


def test_checkpoints_are_kept_where_the_run_writes_them(jobs: Jobs) -> None:
    checkpoints = jobs.plain["CheckpointConfig"]
    assert checkpoints["S3Uri"].startswith(f"s3://models/{CHECKPOINTS_PREFIX}")
    assert checkpoints["LocalPath"] == jobs.plain["Environment"]["XRAY_CHECKPOINTS"]


def test_a_job_is_told_the_commit_of_its_source(jobs: Jobs) -> None:
    assert jobs.plain["Environment"].get("XRAY_GIT_COMMIT") == read_commit()


def test_a_job_goes_on_from_the_checkpoints_of_another(jobs: Jobs) -> None:
    assert jobs.spot["CheckpointConfig"] == jobs.plain["CheckpointConfig"]


def test_the_curves_are_read_off_what_a_run_prints(jobs: Jobs) -> None:
    definitions = jobs.plain["AlgorithmSpecification"]["MetricDefinitions"]
    assert {each["Name"]: each["Regex"] for each in definitions} == METRICS
    line = (
        "epoch 12 loss 0.512000000 validation_loss 3.25e-02 validation_auc 0.98765 "
        "learning_rate 5e-05 images_per_second 41.2\n"
        "best_loss 0.021000000\n"
        "model_auc 0.991234"
    )
    matches = {name: re.search(regex, line) for name, regex in METRICS.items()}
    assert {name: match and match[1] for name, match in matches.items()} == {
        "loss": "0.512000000",
        "validation_loss": "3.25e-02",
        "validation_auc": "0.98765",
        "learning_rate": "5e-05",
        "images_per_second": "41.2",
        "best_loss": "0.021000000",
        "model_auc": "0.991234",
    }


def test_the_container_is_given_all_that_the_run_imports(jobs: Jobs) -> None:
    prefix = list_channels(jobs.plain)["code"].removeprefix("s3://models/")
    code = {key.removeprefix(prefix).strip("/") for key in jobs.stage.objects(prefix)}
    assert {"training/container.py", "screening/formats/raster.py", "requirements.txt"} <= code
    assert not [name for name in code if "__pycache__" in name or name.endswith(".csv")]


def test_the_container_runs_the_same_entry_point(jobs: Jobs) -> None:
    [key, *_] = [key for key in jobs.stage.objects() if key.endswith("sm_train.sh")]
    script = jobs.stage.client("s3").get_object(Bucket="models", Key=key)["Body"].read()
    assert b"\npython -m training.container\n" in script


def test_the_data_set_is_uploaded_once_and_nothing_beside_it(jobs: Jobs) -> None:
    uploaded = jobs.stage.objects(DATA_PREFIX)
    files = [key for key in uploaded if f"/{FOLDER}/" in key]
    # The images, the manifest and the description.
    assert len(files) == 62
    assert not [key for key in uploaded if key.endswith("notes.txt")]
    assert list_channels(jobs.plain)[FOLDER] == list_channels(jobs.spot)[FOLDER]


def test_another_description_is_another_upload(stage: Stage, jobs: Jobs, drawn_data: Path) -> None:
    """The job would otherwise write the old licence on its card."""
    about = drawn_data / FOLDER / DESCRIPTION_FILE
    text = about.read_text()
    about.write_text(text.replace("Apache-2.0", "CC BY 4.0"))
    try:
        result = stage.run("launch", "--recipe", "smoke", "--data", str(drawn_data))
    finally:
        about.write_text(text)
    assert result.returncode == 0, result.stderr
    url = list_channels(stage.sagemaker_requests("CreateTrainingJob")[-1])[FOLDER]
    assert url != list_channels(jobs.plain)[FOLDER]
    key = f"{url.removeprefix('s3://models/')}{DESCRIPTION_FILE}"
    body = stage.client("s3").get_object(Bucket="models", Key=key)["Body"].read()
    assert json.loads(body)["licence"] == "CC BY 4.0"


def test_only_a_recipe_that_begins_with_weights_has_a_channel_for_them(jobs: Jobs) -> None:
    assert list_channels(jobs.plain).keys() == {FOLDER, "code", "sm_drivers"}
    assert list_channels(jobs.spot).keys() == {FOLDER, "weights", "code", "sm_drivers"}


def test_what_a_job_made_is_registered_after_the_wait(
    stage: Stage, drawn_data: Path, smoke: Path
) -> None:
    stage.job_outputs.append(smoke)
    result = stage.run("launch", "--recipe", "smoke", "--data", str(drawn_data), "--wait")
    assert result.returncode == 0, result.stderr
    [package] = stage.sagemaker_requests("CreateModelPackage")
    [name] = re.findall(r"Job (\S+) is under way", result.stdout)
    assert package["MetadataProperties"]["GeneratedBy"].endswith(f":training-job/{name}")
    assert f"{package['ModelPackageDescription']} is registered in dev" in result.stdout


def test_a_job_that_made_nothing_is_not_registered(jobs: Jobs) -> None:
    result = jobs.stage.run("register", jobs.plain["TrainingJobName"])
    assert result.returncode == 2
    assert result.stderr.startswith("AWS refused HeadObject: ")
