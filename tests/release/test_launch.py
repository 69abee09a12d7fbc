"""A job has the settings of its stage, and each error is a sentence.

Requests are read as SageMaker would receive them; botocore has checked them against its API model.
"""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from contracts.serialisation import serialise
from contracts.training import CHECKPOINTS_PREFIX, DATA_PREFIX, parameter_name
from release import job
from tests.release.stage import ENVIRONMENT, Stage, start_stage
from training.artefact.model_folder import read_model_folder
from training.commit import read_commit
from training.container import FIRST_MODEL, build_options
from training.data.manifest import DESCRIPTION_FILE, FOLDER
from training.first_model import RELEASED_MODEL
from training.log_metrics import METRICS

NOISE = ("--set", "augmentation.noise=0.02")
WEIGHTS = "weights/resnet50v2_imagenet_to_stage3.keras"


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


def _channels(job: dict[str, Any]) -> dict[str, str]:
    return {
        each["ChannelName"]: each["DataSource"]["S3DataSource"]["S3Uri"]
        for each in job["InputDataConfig"]
    }


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


def test_a_stage_without_a_network_for_training_is_named(stage: Stage) -> None:
    environment = replace(ENVIRONMENT, subnets="")
    ssm, name = stage.client("ssm"), parameter_name("dev")
    ssm.put_parameter(Name=name, Value=json.dumps(serialise(environment)), Overwrite=True)
    refused = stage.run("launch", "--recipe", "smoke")
    ssm.put_parameter(Name=name, Value=json.dumps(serialise(ENVIRONMENT)), Overwrite=True)
    assert refused.returncode != 0
    assert "dev has no network for training jobs. Deploy it with the setting `training`" in (
        refused.stderr
    )


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


@pytest.mark.parametrize(
    ("uri", "is_passed"),
    [
        ("https://mlflow.hospital.example", True),
        ("arn:aws:sagemaker:us-east-1:1:mlflow-app/a", True),
        ("sqlite:///build/mlflow.db", False),
        ("", False),
    ],
)
def test_a_job_gets_a_store_of_mlflow_that_it_can_reach(
    monkeypatch: pytest.MonkeyPatch, uri: str, *, is_passed: bool
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    assert job._tracking_variable() == ({"MLFLOW_TRACKING_URI": uri} if is_passed else {})


def test_a_job_goes_on_from_the_checkpoints_of_another(jobs: Jobs) -> None:
    assert jobs.spot["CheckpointConfig"] == jobs.plain["CheckpointConfig"]


def test_the_curves_are_read_off_what_a_run_prints(jobs: Jobs) -> None:
    definitions = jobs.plain["AlgorithmSpecification"]["MetricDefinitions"]
    assert {each["Name"]: each["Regex"] for each in definitions} == METRICS
    line = (
        "epoch 12 loss 0.512000000 validation_loss 3.25e-02 validation_auc 0.98765 "
        "learning_rate 5e-05 images_per_second 41.2\n"
        "best_loss 0.021000000"
    )
    matches = {name: re.search(regex, line) for name, regex in METRICS.items()}
    assert {name: match and match[1] for name, match in matches.items()} == {
        "loss": "0.512000000",
        "validation_loss": "3.25e-02",
        "validation_auc": "0.98765",
        "learning_rate": "5e-05",
        "images_per_second": "41.2",
        "best_loss": "0.021000000",
    }


def test_the_container_is_given_all_that_the_run_imports(jobs: Jobs) -> None:
    prefix = _channels(jobs.plain)["code"].removeprefix("s3://models/")
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
    assert _channels(jobs.plain)[FOLDER] == _channels(jobs.spot)[FOLDER]


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
    url = _channels(stage.sagemaker_requests("CreateTrainingJob")[-1])[FOLDER]
    assert url != _channels(jobs.plain)[FOLDER]
    key = f"{url.removeprefix('s3://models/')}{DESCRIPTION_FILE}"
    body = stage.client("s3").get_object(Bucket="models", Key=key)["Body"].read()
    assert json.loads(body)["licence"] == "CC BY 4.0"


def test_only_a_recipe_that_begins_with_weights_has_a_channel_for_them(jobs: Jobs) -> None:
    assert _channels(jobs.plain).keys() == {FOLDER, "code", "sm_drivers"}
    assert _channels(jobs.spot).keys() == {FOLDER, "weights", "code", "sm_drivers"}


def test_a_job_whose_data_have_no_weights_gets_the_released_model(
    stage: Stage, drawn_data: Path, tmp_path: Path
) -> None:
    shutil.copytree(drawn_data / FOLDER, tmp_path / FOLDER)
    result = stage.run("launch", "--recipe", "default", "--data", str(tmp_path))
    assert result.returncode == 0, result.stderr
    released = read_model_folder(RELEASED_MODEL)
    assert f"the first weights are those of the released model, {released.version}." in (
        result.stdout
    )
    channels = _channels(stage.sagemaker_requests("CreateTrainingJob")[-1])
    assert channels.keys() == {FOLDER, FIRST_MODEL, "code", "sm_drivers"}
    prefix = channels[FIRST_MODEL].removeprefix("s3://models/")
    names = {key.removeprefix(prefix) for key in stage.objects(prefix)}
    assert names == {
        path.relative_to(RELEASED_MODEL).as_posix()
        for path in RELEASED_MODEL.rglob("*")
        if path.is_file()
    }
    environment = {
        "SM_HPS": json.dumps({"recipe": "default"}),
        "SM_MODEL_DIR": "/opt/ml/model",
        f"SM_CHANNEL_{FOLDER.upper()}": f"/opt/ml/input/data/{FOLDER}",
        "SM_CHANNEL_FIRST_MODEL": "/opt/ml/input/data/first_model",
        "XRAY_CHECKPOINTS": "/opt/ml/checkpoints",
    }
    assert build_options(environment)[-2:] == ["--warm-start", "/opt/ml/input/data/first_model"]


@pytest.mark.parametrize(
    ("objects", "channel"),
    [((), FIRST_MODEL), ((f"training/data/ours/{WEIGHTS}",), "weights")],
)
def test_weights_are_looked_for_in_the_data_in_s3(
    stage: Stage, objects: tuple[str, ...], channel: str
) -> None:
    for key in objects:
        stage.client("s3").put_object(Bucket="models", Key=key, Body=b"weights")
    data = "s3://models/training/data/ours/"
    result = stage.run("launch", "--recipe", "default", "--data", data)
    assert result.returncode == 0, result.stderr
    channels = _channels(stage.sagemaker_requests("CreateTrainingJob")[-1])
    assert channels.keys() == {FOLDER, channel, "code", "sm_drivers"}
    assert channels[FOLDER] == f"{data}{FOLDER}/"


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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "augmentation=0"], "A recipe has no number 'augmentation'; it has: seed,"),
        (["--set", "noise=0.02"], "A recipe has no number 'noise'; it has: seed, max_images,"),
        (["--set", "batch_size=31"], "'batch_size' cannot be 31: with 'consistency', it is even."),
        (["--set", "epoch=3"], "A recipe has no number 'epoch'; it has: seed, max_images,"),
        (["--set", "epochs=many"], "'epochs' is a whole number, as 2, and not 'many'."),
        (["--set", "learning_rate=nan"], "'learning_rate' cannot be nan: it is 1e-12 to 1e+09."),
        (["--set", "adults=true"], "The recipe smoke needs films of adults, and jobs in"),
        (["--set", "epochs=0"], "'epochs' cannot be 0: it is 1 to 1e+09."),
        (["--set", "dropout=1"], "'dropout' cannot be 1.0: it is 0 to 1."),
        (["--set", "max_images=-1"], "'max_images' cannot be -1."),
        (["--set", "head_units=0"], "'head_units' cannot be (0,)."),
        (["--set", "image_size=100"], "'image_size' is one of (56, 112, 224), not 100."),
        (["--set", "frozen=maybe"], "'frozen' is true or false, as False, and not 'maybe'."),
        (["--set", "augmentation.blur=1"], "A recipe has no number 'augmentation.blur'; it has: "),
        (["--set", "augmentation.noise=-1"], "'augmentation.noise' cannot be -1.0."),
        (["--data", "s3://other/xrays"], "Jobs read below s3://models/training/ only"),
        (["--local", "--data", "s3://a/b"], "--local reads a folder of this machine"),
        (["--set", "head_units=big"], "'head_units' is whole numbers between commas"),
        (["--stage", "prod"], "There is no stage prod in us-east-1. Deploy it"),
        (["--data", "nowhere"], "No data set in nowhere"),
        (["--warm-start", "nowhere"], "There is no model in nowhere: it has no model_card.json."),
        (["--resume", "no-such-job"], "There is no training job no-such-job in dev, us-east-1."),
    ],
)
def test_what_stands_in_the_way_is_said(
    stage: Stage, drawn_data: Path, arguments: list[str], message: str
) -> None:
    result = stage.run("launch", "--recipe", "smoke", "--data", str(drawn_data), *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(message)
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("hours", ["0", "-1", "0.01", "121", "nan", "long"])
def test_no_job_runs_for_no_time_or_for_ever(drawn_data: Path, stage: Stage, hours: str) -> None:
    arguments = ["--recipe", "smoke", "--data", str(drawn_data), "--hours", hours]
    result = stage.run("launch", *arguments)
    assert result.returncode == 2
    assert "argument --hours: " in result.stderr


def test_the_same_run_on_this_machine_makes_a_model(drawn_data: Path, tmp_path: Path) -> None:
    from release.local_job import run_locally
    from training.artefact.model_folder import read_model_folder

    model = read_model_folder(run_locally("smoke", {"epochs": "1"}, drawn_data, jobs=tmp_path))
    assert model.version.startswith("smoke-")
    assert model.card["recipe"]["epochs"] == 1
    assert model.card["populations"]["child"]["metrics"]["test_half"]["radiographs"] == 12
