"""An execution of the pipeline gets the data of now, and each refusal is a sentence.

moto has no steps of an execution (ListPipelineExecutionSteps), so botocore's Stubber answers there.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from release import pipeline
from release.stage_account import StageAccount
from tests.release.stage import ENVIRONMENT, Stage, start_stage
from training.data.manifest import FOLDER, DataError

Command = Callable[..., tuple[int, str, str]]
EXECUTION = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/chest-xray-dev/execution/abc"
NOT_BEGUN = "dev has no training pipeline yet. Make it: python -m training.pipeline upsert"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        yield stage


@pytest.fixture(scope="module")
def definitions(stage: Stage, drawn_data: Path) -> list[dict[str, Any]]:
    """Those of a pipeline that was created, and then updated with another limit."""
    options = ["upsert", "--recipe", "smoke", "--data", str(drawn_data), "--set", "epochs=2"]
    outputs = []
    for more in ([], ["--min-auc", "0.9"]):
        result = stage.run("pipeline", *options, *more)
        assert result.returncode == 0, result.stderr
        outputs.append(result.stdout)
    assert "The training pipeline of dev is created." in outputs[0]
    assert "The training pipeline of dev is updated." in outputs[1]
    actions = ("CreatePipeline", "UpdatePipeline")
    requests = [stage.sagemaker_requests(action) for action in actions]
    return [json.loads(request["PipelineDefinition"]) for [request] in requests]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command here, and returns its status, output and error; all data are allowed."""

    def run(*words: object, check: Callable[[Path], None] = lambda data: None) -> Any:
        monkeypatch.setattr(sys, "argv", ["pipeline", *map(str, words)])
        try:
            status = pipeline.main(check)
        except SystemExit as error:
            status = int(str(error.code))
        return status, *capsys.readouterr()

    return run


def test_another_limit_is_all_that_an_update_changes(definitions: list[dict[str, Any]]) -> None:
    parameters = [
        {each["Name"]: each["DefaultValue"] for each in definition["Parameters"]}
        for definition in definitions
    ]
    assert [each.pop("min_auc") for each in parameters] == [0.985, 0.9]
    assert parameters[0] == parameters[1]
    names = [[step["Name"] for step in definition["Steps"]] for definition in definitions]
    assert names == [["Train", "CheckAuc"]] * 2


def test_an_execution_gets_the_data_and_other_settings(
    stage: Stage, definitions: list[dict[str, Any]], drawn_data: Path, command: Command
) -> None:
    words = ["start", "--data", drawn_data, "--set", "augmentation.noise=0.02", "--min-auc", "0.8"]
    status, output, error = command(*words)
    assert status == 0, error
    [request] = stage.sagemaker_requests("StartPipelineExecution")
    values = {each["Name"]: each["Value"] for each in request["PipelineParameters"]}
    assert json.loads(values.pop("settings")) == {"epochs": "2", "augmentation.noise": "0.02"}
    [data] = [
        each["DefaultValue"] for each in definitions[0]["Parameters"] if each["Name"] == FOLDER
    ]
    assert values == {FOLDER: data, "min_auc": "0.8"}
    arn = output.split()[0]
    assert ":pipeline/chest-xray-dev/execution/" in arn
    assert f"python -m training.pipeline show {arn} --stage dev" in output


@pytest.mark.usefixtures("definitions")
def test_without_a_limit_that_of_the_pipeline_holds(
    stage: Stage, drawn_data: Path, command: Command
) -> None:
    assert command("start", "--data", drawn_data)[0] == 0
    request = stage.sagemaker_requests("StartPipelineExecution")[-1]
    names = {each["Name"] for each in request["PipelineParameters"]}
    assert names == {FOLDER, "settings"}


@pytest.mark.usefixtures("definitions")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--set", "epoch=3"],
            "A recipe has no setting 'epoch'. Did you mean 'epochs'? All are: seed,",
        ),
        (["--min-auc", "2"], "'2' is not a number from 0 to 1"),
        (["--min-auc", "high"], "'high' is not a number from 0 to 1"),
        (["--data", "s3://other/xrays"], "Jobs read below s3://models/training/ only"),
        (["--data", "nowhere"], "No data set in nowhere"),
    ],
)
def test_what_stands_in_the_way_of_a_start_is_said(
    stage: Stage, drawn_data: Path, command: Command, words: list[str], message: str
) -> None:
    before = len(stage.sagemaker_requests("StartPipelineExecution"))
    status, output, error = command("start", "--data", drawn_data, *words)
    assert (status, output) == (2, "")
    assert message in error
    assert len(stage.sagemaker_requests("StartPipelineExecution")) == before


@pytest.mark.usefixtures("definitions")
def test_a_pipeline_without_a_channel_for_a_first_model_is_made_anew(
    drawn_data: Path, smoke: Path, command: Command
) -> None:
    status, _, error = command("start", "--data", drawn_data, "--warm-start", smoke)
    assert status == 2
    assert error == (
        f"The pipeline of dev reads {FOLDER}, and these data give {FOLDER}, first_model. Make it "
        "anew: python -m training.pipeline upsert --recipe smoke --stage dev\n"
    )


@pytest.mark.usefixtures("definitions")
@pytest.mark.parametrize(
    "words", [["upsert", "--recipe", "smoke"], ["start"], ["run", "--recipe", "smoke"]]
)
def test_data_that_may_not_be_trained_on_are_refused_first(
    stage: Stage, drawn_data: Path, command: Command, words: list[str]
) -> None:
    def refuse(data: Path) -> None:
        raise DataError(f"A film of {data.name} was deleted.")

    before = stage.objects()
    status, _, error = command(*words, "--data", drawn_data, check=refuse)
    assert (status, error) == (2, f"A film of {drawn_data.name} was deleted.\n")
    assert stage.objects() == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["upsert", "--recipe", "joint"], "The recipe joint needs films of adults, and jobs in"),
        (["upsert", "--recipe", "smoke", "--min-auc", "-1"], "'-1' is not a number from 0 to 1"),
        (["run", "--recipe", "smoke", "--data", "s3://a/b"], "A job on this machine reads a"),
        (
            ["run", "--recipe", "smoke", "--set", "epochs=0"],
            "'epochs' cannot be 0: it is at least 1",
        ),
        (["run", "--recipe", "smoke", "--stage", "qa"], "There is no stage qa in us-east-1."),
        (["show", EXECUTION.replace("chest-xray-dev", "other")], "There is no execution arn:"),
    ],
)
@pytest.mark.usefixtures("stage")
def test_what_stands_in_the_way_of_the_other_commands_is_said(
    command: Command, words: list[str], message: str
) -> None:
    status, output, error = command(*words)
    assert (status, output) == (2, "")
    assert message in error


def test_a_stage_without_a_pipeline_says_how_to_make_one(
    monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    with start_stage(monkeypatch):
        status, _, error = command("start")
    assert status == 2
    assert error.startswith(NOT_BEGUN)


def test_a_pipeline_of_other_code_is_named(
    monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    with start_stage(monkeypatch) as stage:
        stage.client("sagemaker").create_pipeline(
            PipelineName="chest-xray-dev",
            PipelineDefinition=json.dumps({"Parameters": [], "Steps": []}),
            ClientRequestToken="0" * 32,
            RoleArn=ENVIRONMENT.pipeline_role_arn,
        )
        status, _, error = command("start")
    assert status == 2
    assert error.startswith("The pipeline chest-xray-dev was not made by this code. Make it: ")


class StubbedSession:
    """The session of a person in whose account a client answers what a test says."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def client(self, service: str, *, region_name: str) -> Any:
        return self._client


def test_an_execution_is_shown_with_its_steps(
    monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    words = "The model is not registered: its AUC of 0.97 on validation is below the limit of 0.985"
    job = "arn:aws:sagemaker:us-east-1:123456789012:training-job/chest-xray-dev-smoke-abc-x-0"
    steps = [
        {"StepName": "Train", "StepStatus": "Succeeded", "Metadata": {"TrainingJob": {"Arn": job}}},
        {"StepName": "CheckAuc", "StepStatus": "Succeeded", "Metadata": {"Condition": {}}},
        {
            "StepName": "Refuse",
            "StepStatus": "Failed",
            "Metadata": {"Fail": {"ErrorMessage": words}},
        },
    ]
    client = boto3.client(
        "sagemaker", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    account = StageAccount(environment=ENVIRONMENT, session=StubbedSession(client))
    monkeypatch.setattr(pipeline, "find_stage", lambda stage, *, region: account)
    monkeypatch.setenv("COLUMNS", "300")
    with Stubber(client) as stubber:
        stubber.add_response(
            "describe_pipeline_execution",
            {"PipelineExecutionStatus": "Failed"},
            {"PipelineExecutionArn": EXECUTION},
        )
        stubber.add_response(
            "list_pipeline_execution_steps",
            {"PipelineExecutionSteps": steps},
            {"PipelineExecutionArn": EXECUTION, "SortOrder": "Ascending"},
        )
        status, output, error = command("show", EXECUTION)
    assert (status, error) == (0, "")
    lines = [line for line in output.splitlines() if line.startswith("│")]
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]
    assert cells == [
        ["Train", "Succeeded", "chest-xray-dev-smoke-abc-x-0", ""],
        ["CheckAuc", "Succeeded", "", ""],
        ["Refuse", "Failed", "", words],
    ]
