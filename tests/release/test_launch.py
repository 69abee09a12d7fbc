"""A job is asked for as the stage says, and what stands in the way is said in a sentence.

Requests are read as they went over the wire; botocore has held their form to SageMaker's model.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from contracts.training import CHECKPOINTS_PREFIX, DATA_PREFIX
from tests.release.stage import PLACE, Stage, deployed
from training.container import METRICS
from training.data.manifest import FOLDER

WEIGHTS = "weights/resnet50v2_imagenet_to_stage3.keras"


@dataclass(frozen=True, kw_only=True)
class Launched:
    """Two jobs: a plain one, and one on spare GPUs that goes on from its checkpoints."""

    stage: Stage
    said: str
    plain: dict[str, Any]
    spot: dict[str, Any]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, deployed(monkeypatch) as stage:
        yield stage


@pytest.fixture(scope="module")
def launched(stage: Stage, drawn_data: Path) -> Launched:
    (drawn_data / FOLDER / "notes.txt").write_text("not of the data set")
    (drawn_data / WEIGHTS).parent.mkdir()
    (drawn_data / WEIGHTS).write_bytes(b"weights")
    data = ["--data", str(drawn_data)]
    first = stage.run("launch", "--recipe", "smoke", "--set", "epochs=3", *data)
    assert first.returncode == 0, first.stderr
    [plain] = stage.asked("CreateTrainingJob")
    more = ["--spot", "--hours", "2", "--instance-type", "ml.g4dn.xlarge"]
    on = ["--resume", plain["TrainingJobName"]]
    second = stage.run("launch", "--recipe", "default", *data, *more, *on)
    assert second.returncode == 0, second.stderr
    _, spot = stage.asked("CreateTrainingJob")
    return Launched(stage=stage, said=first.stdout, plain=plain, spot=spot)


def _channels(job: dict[str, Any]) -> dict[str, str]:
    return {
        each["ChannelName"]: each["DataSource"]["S3DataSource"]["S3Uri"]
        for each in job["InputDataConfig"]
    }


def test_a_job_runs_where_and_as_the_stage_says(launched: Launched) -> None:
    job = launched.plain
    assert job["TrainingJobName"].startswith("chest-xray-dev-smoke-")
    assert job["RoleArn"] == PLACE.role_arn
    assert job["VpcConfig"] == {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1", "subnet-2"]}
    assert job["HyperParameters"] == {"recipe": "smoke", "epochs": "3"}
    assert job["OutputDataConfig"]["KmsKeyId"] == PLACE.key_arn
    assert job["OutputDataConfig"]["S3OutputPath"].startswith("s3://models/training/jobs/")
    assert {tag["Key"]: tag["Value"] for tag in job["Tags"]}["stage"] == "dev"


def test_whoever_launches_is_told_how_to_register(launched: Launched) -> None:
    name = launched.plain["TrainingJobName"]
    assert f"python -m training.register {name} --stage dev" in launched.said


def test_the_container_is_tensorflow_for_the_instance(launched: Launched) -> None:
    def image(job: dict[str, Any]) -> str:
        return str(job["AlgorithmSpecification"]["TrainingImage"])

    assert image(launched.plain).endswith("/tensorflow-training:2.21-cpu-py312")
    assert image(launched.spot).endswith("/tensorflow-training:2.21-gpu-py312")


def test_an_instance_with_disks_of_its_own_takes_no_key(launched: Launched) -> None:
    assert launched.plain["ResourceConfig"]["VolumeKmsKeyId"] == PLACE.key_arn
    assert "VolumeKmsKeyId" not in launched.spot["ResourceConfig"]


def test_a_spot_job_may_wait_longer_than_it_runs(launched: Launched) -> None:
    assert launched.spot["EnableManagedSpotTraining"] is True
    limits = {"MaxRuntimeInSeconds": 7200, "MaxWaitTimeInSeconds": 10800}
    assert launched.spot["StoppingCondition"] == limits
    assert launched.plain["StoppingCondition"] == {"MaxRuntimeInSeconds": 14400}


def test_checkpoints_are_kept_where_the_run_writes_them(launched: Launched) -> None:
    kept = launched.plain["CheckpointConfig"]
    assert kept["S3Uri"].startswith(f"s3://models/{CHECKPOINTS_PREFIX}")
    assert kept["LocalPath"] == launched.plain["Environment"]["XRAY_CHECKPOINTS"]


def test_a_job_goes_on_from_the_checkpoints_of_another(launched: Launched) -> None:
    assert launched.spot["CheckpointConfig"] == launched.plain["CheckpointConfig"]


def test_the_curves_are_read_off_what_a_run_prints(launched: Launched) -> None:
    definitions = launched.plain["AlgorithmSpecification"]["MetricDefinitions"]
    assert {each["Name"]: each["Regex"] for each in definitions} == METRICS
    line = "epoch 12 loss 0.512000000 validation_loss 3.25e-02"
    found = {name: re.search(regex, line) for name, regex in METRICS.items()}
    assert {name: match and match[1] for name, match in found.items()} == {
        "loss": "0.512000000",
        "validation_loss": "3.25e-02",
    }


def test_the_container_is_given_all_that_the_run_imports(launched: Launched) -> None:
    prefix = _channels(launched.plain)["code"].removeprefix("s3://models/")
    code = {key.removeprefix(prefix).strip("/") for key in launched.stage.objects(prefix)}
    assert {"training/container.py", "screening/formats/raster.py", "requirements.txt"} <= code
    assert not [name for name in code if "__pycache__" in name or name.endswith(".csv")]


def test_the_container_runs_the_same_entry_point(launched: Launched) -> None:
    [key, *_] = [key for key in launched.stage.objects() if key.endswith("sm_train.sh")]
    script = launched.stage.client("s3").get_object(Bucket="models", Key=key)["Body"].read()
    assert b"\npython -m training.container\n" in script


def test_the_data_set_is_uploaded_once_and_nothing_beside_it(launched: Launched) -> None:
    uploaded = launched.stage.objects(DATA_PREFIX)
    pictures = [key for key in uploaded if f"/{FOLDER}/" in key]
    assert len(pictures) == 61
    assert not [key for key in uploaded if key.endswith("notes.txt")]
    assert _channels(launched.plain)[FOLDER] == _channels(launched.spot)[FOLDER]


def test_only_a_recipe_that_begins_with_weights_has_a_channel_for_them(launched: Launched) -> None:
    assert _channels(launched.plain).keys() == {FOLDER, "code", "sm_drivers"}
    assert _channels(launched.spot).keys() == {FOLDER, "weights", "code", "sm_drivers"}


def test_what_a_job_made_is_registered_after_the_wait(
    stage: Stage, drawn_data: Path, smoke: Path
) -> None:
    stage.jobs_make.append(smoke)
    done = stage.run("launch", "--recipe", "smoke", "--data", str(drawn_data), "--wait")
    assert done.returncode == 0, done.stderr
    [package] = stage.asked("CreateModelPackage")
    [name] = re.findall(r"Job (\S+) is under way", done.stdout)
    assert package["MetadataProperties"]["GeneratedBy"].endswith(f":training-job/{name}")
    assert f"{package['ModelPackageDescription']} is registered in dev" in done.stdout


def test_a_job_that_made_nothing_is_not_registered(launched: Launched) -> None:
    done = launched.stage.run("register", launched.plain["TrainingJobName"])
    assert done.returncode == 2
    assert done.stderr.startswith("AWS refused HeadObject: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "augmentation=0"], "A recipe has no number 'augmentation'; it has: seed,"),
        (["--set", "noise=0.02"], "A recipe has no number 'noise'; it has: seed, limit,"),
        (["--set", "batch_size=31"], "'batch_size' cannot be 31: with 'consistency', it is even."),
        (["--set", "epoch=3"], "A recipe has no number 'epoch'; it has: seed, limit,"),
        (["--set", "epochs=many"], "'epochs' is a whole number, as 2, and not 'many'."),
        (["--set", "learning_rate=nan"], "'learning_rate' cannot be nan: it is 1e-12 to 1e+09."),
        (["--set", "epochs=0"], "'epochs' cannot be 0: it is 1 to 1e+09."),
        (["--set", "dropout=1"], "'dropout' cannot be 1.0: it is 0 to 1."),
        (["--set", "limit=-1"], "'limit' cannot be -1."),
        (["--set", "head_units=0"], "'head_units' cannot be (0,)."),
        (["--set", "side=100"], "'side' is one of (56, 112, 224), not 100."),
        (["--set", "frozen=maybe"], "'frozen' is true or false, as False, and not 'maybe'."),
        (["--set", "augmentation.blur=1"], "A recipe has no number 'augmentation.blur'; it has: "),
        (["--set", "augmentation.noise=-1"], "'augmentation.noise' cannot be -1.0."),
        (["--data", "s3://other/xrays"], "Jobs read below s3://models/training/ only"),
        (["--local", "--data", "s3://a/b"], "--local reads a folder of this machine"),
        (["--set", "head_units=big"], "'head_units' is whole numbers between commas"),
        (["--stage", "prod"], "There is no stage prod in us-east-1. Deploy it"),
        (["--data", "nowhere"], "No data set in nowhere"),
        (["--resume", "no-such-job"], "There is no training job no-such-job in dev, us-east-1."),
    ],
)
def test_what_stands_in_the_way_is_said(
    stage: Stage, drawn_data: Path, words: list[str], said: str
) -> None:
    done = stage.run("launch", "--recipe", "smoke", "--data", str(drawn_data), *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(said)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("hours", ["0", "-1", "0.01", "121", "nan", "long"])
def test_no_job_runs_for_no_time_or_for_ever(drawn_data: Path, stage: Stage, hours: str) -> None:
    words = ["--recipe", "smoke", "--data", str(drawn_data), "--hours", hours]
    done = stage.run("launch", *words)
    assert done.returncode == 2
    assert "argument --hours: " in done.stderr


def test_the_same_run_on_this_machine_makes_a_model(drawn_data: Path, tmp_path: Path) -> None:
    from release.local_job import run_here
    from training.artefact.model_folder import read_model_folder

    artefact = read_model_folder(run_here("smoke", {"epochs": "1"}, drawn_data, jobs=tmp_path))
    assert artefact.version.startswith("smoke-")
    assert artefact.card["recipe"]["epochs"] == 1
    assert artefact.card["metrics"]["test_half"] is None
