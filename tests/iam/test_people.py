"""Data scientist, model approver and film collector may do what their commands do, nothing else.

The endpoint's part of a promotion is stubbed elsewhere; here its calls are listed. Rights on S3
have their own tests in tests/cdk/test_training.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collection.reviewed_films import ReviewedFilms
from tests.release.stage import Stage, start_stage
from tests.synthesis import Template
from training.artefact.model_folder import read_model_folder

# Each with the service that uses it for the person, or why no call of these commands shows it.
_IMPLIED = {
    "data-scientist": {
        "iam:PassRole": "CreateTrainingJob hands the role over",
        "kms:Decrypt": "S3 reads what lies under our key",
        "kms:GenerateDataKey": "S3 encrypts what is put",
        "logs:GetLogEvents": "the log of a job, which moto's jobs do not write",
        "sagemaker:AddTags": "CreateTrainingJob tags the job",
        "sagemaker:DescribeModelPackageGroup": "the console, for the list of versions",
        "sagemaker:ListPipelineExecutionSteps": "tests/release/test_pipeline_executions",
        "sagemaker:StopPipelineExecution": "the console, for one that went wrong",
        "sagemaker:StopTrainingJob": "the console, for a job that went wrong",
    },
    "model-approver": {
        "cloudwatch:DescribeAlarms": "UpdateEndpoint looks at the alarms that may roll it back",
        "iam:PassRole": "CreateModel hands the role over",
        "kms:Decrypt": "S3 reads what lies under our key",
        "kms:GenerateDataKey": "S3 encrypts the pointer",
        "sagemaker:AddTags": "CreateModel and CreateEndpointConfig tag what they make",
        "sagemaker:DescribeModelPackageGroup": "the console, for the list of versions",
        "sagemaker:CreateEndpointConfig": "tests/training/test_endpoint",
        "sagemaker:CreateModel": "tests/training/test_endpoint",
        "sagemaker:DescribeEndpoint": "tests/training/test_endpoint",
        "sagemaker:DescribeEndpointConfig": "tests/training/test_endpoint",
        "sagemaker:DescribeModel": "tests/training/test_endpoint",
        "sagemaker:UpdateEndpoint": "tests/training/test_endpoint",
    },
    "film-collector": {
        "kms:Decrypt": "S3 reads what lies under our key",
        "kms:GenerateDataKey": "S3 encrypts the secret",
    },
}
# The SDK calls the first, and continues where it is refused; everybody may call the second.
_OPTIONAL = {"iam:SimulatePrincipalPolicy", "sts:GetCallerIdentity"}


@pytest.fixture(scope="module")
def actions(
    drawn_data: Path, smoke: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, set[str]]]:
    """The actions of each person's commands, except those on S3."""
    snapshot = tmp_path_factory.mktemp("snapshot")
    with pytest.MonkeyPatch.context() as monkeypatch, start_stage(monkeypatch) as stage:
        version = read_model_folder(smoke).version
        stage.job_outputs.append(smoke)
        data = ["--data", str(drawn_data)]
        training = _run(stage, ["launch", "--recipe", "smoke", *data, "--wait"])
        pipeline = _run_pipeline(stage, data)
        looks = _run(stage, ["versions"]) | _run(stage, ["show", version])
        promotion = _run(stage, ["promote", version, "--approve", "why"])
        films = ReviewedFilms(stage=stage)
        films.allow_training()
        films.put("a", "pneumonia", {"finding": "pneumonia", "is_blind": True})
        collection = _run(stage, ["collect", "dev", "--out", str(snapshot)])
        yield {
            "data-scientist": training | pipeline | looks,
            "model-approver": promotion | looks,
            "film-collector": collection,
        }


def _run_pipeline(stage: Stage, data: list[str]) -> set[str]:
    """Creates, updates and starts the pipeline, and looks at an execution up to its steps."""
    before = len(stage.calls)
    upsert = ["pipeline", "upsert", "--recipe", "smoke", *data]
    _run(stage, upsert)
    _run(stage, upsert)
    _run(stage, ["pipeline", "start", *data])
    client = stage.client("sagemaker")
    [execution] = client.list_pipeline_executions(PipelineName="chest-xray-dev")[
        "PipelineExecutionSummaries"
    ]
    before_look = len(stage.calls)
    stage.run("pipeline", "show", execution["PipelineExecutionArn"])
    calls = [*stage.calls[before : before_look - 1], *stage.calls[before_look:]]
    return {action for action, _ in calls}


def _run(stage: Stage, command: list[str]) -> set[str]:
    before = len(stage.calls)
    process = stage.run(*command)
    assert process.returncode == 0, process.stderr
    return {action for action, _ in stage.calls[before:]}


@pytest.mark.parametrize("person", _IMPLIED)
def test_a_person_may_do_all_that_the_commands_do_and_nothing_else(
    actions: dict[str, set[str]], prod: Template, person: str
) -> None:
    [policy] = [
        each["PolicyDocument"]["Statement"]
        for each in prod.of_type("AWS::IAM::ManagedPolicy").values()
        if each.get("ManagedPolicyName") == f"chest-xray-prod-us-east-1-{person}"
    ]
    allowed = {
        action
        for statement in policy
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
        if not action.startswith("s3:")
    }
    needed = actions[person] - _OPTIONAL
    assert needed <= allowed
    assert allowed - needed - _IMPLIED[person].keys() == set()
    assert _IMPLIED[person].keys() <= allowed
