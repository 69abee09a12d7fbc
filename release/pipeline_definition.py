"""Builds the definition of the stage's training pipeline for SageMaker, by its SDK."""

import json
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contracts.training import CHECKPOINTS_PREFIX, job_name_prefix
from release import container
from release.job import JobRequest, build_trainer
from release.job_container import build_container_job, open_session
from release.job_options import DEFAULT_INSTANCE
from release.job_source import REGISTRATION_UNITS, write_source
from release.pipeline_steps import CHECK_AUC, REFUSE, REGISTER, TRAIN, arrange, list_refusal
from release.stage_account import StageAccount
from training.container import SETTINGS
from training.log_metrics import MODEL_AUC

# The pipeline's parameters beside its channels, which are named after the folders of the data.
MIN_AUC = "min_auc"
# A registration takes minutes: it downloads a model, checks it and uploads its files.
_REGISTRATION_HOURS = 0.5


def build_definition(account: StageAccount, request: JobRequest, *, min_auc: float) -> str:
    """Uploads the code of both jobs, and returns the definition as JSON.

    Channels, settings and limit are parameters, whose defaults are those of `request` and
    `min_auc`. Raises StageError and botocore's errors.
    """
    session = open_session(account, is_pipeline=True)
    from sagemaker.core.workflow.parameters import ParameterFloat, ParameterString
    from sagemaker.mlops.workflow.pipeline import Pipeline

    strings = {**request.channels, SETTINGS: json.dumps(request.overrides)}
    parameters = {
        **{name: ParameterString(name, default_value=text) for name, text in strings.items()},
        MIN_AUC: ParameterFloat(MIN_AUC, default_value=min_auc),
    }
    with _write_sources() as sources:
        steps = _DefinitionSteps(account, request, session, parameters, sources)
        # The SDK warns that no job is started, which is what a definition is for.
        with warnings.catch_warnings(action="ignore", category=UserWarning):
            condition = arrange(steps)
            pipeline = Pipeline(
                name=job_name_prefix(account.environment.stage),
                parameters=list(parameters.values()),
                # No experiment in SageMaker: the registry and MLflow have the figures.
                pipeline_experiment_config=None,
                steps=[*steps.jobs, condition],
                sagemaker_session=session,
            )
            definition = json.loads(pipeline.definition())
    _name_jobs(definition["Steps"], steps.base_names)
    return json.dumps(definition)


class _DefinitionSteps:
    """A model is the step of its training job here, and the result is a step that follows it.

    `jobs` are the steps before the condition; `base_names` are the names of the jobs, by step.
    """

    def __init__(
        self,
        account: StageAccount,
        request: JobRequest,
        session: Any,
        parameters: dict[str, Any],
        sources: dict[str, str],
    ) -> None:
        self._account, self._request, self._session = account, request, session
        self._parameters, self._sources = parameters, sources
        self.jobs: list[Any] = []
        self.base_names: dict[str, str] = {}

    def train(self) -> Any:
        from sagemaker.core.workflow.execution_variables import ExecutionVariables
        from sagemaker.core.workflow.functions import Join

        trainer = build_trainer(
            self._account, self._request, session=self._session, source_folder=self._sources[TRAIN]
        )
        for channel in trainer.input_data_config:
            channel.data_source = self._parameters[channel.channel_name]
        trainer.hyperparameters[SETTINGS] = self._parameters[SETTINGS]
        # Checkpoints of another execution would end this one's training before it begins.
        bucket = self._account.environment.models_bucket
        folder = f"s3://{bucket}/{CHECKPOINTS_PREFIX}{trainer.base_job_name}"
        trainer.checkpoint_config.s3_uri = Join(
            on="-", values=[folder, ExecutionVariables.PIPELINE_EXECUTION_ID]
        )
        step = self._build_step(TRAIN, trainer)
        self.jobs.append(step)
        return step

    def check_auc(
        self, model: Any, *, good: Callable[[Any], Any], bad: Callable[[Any], Any]
    ) -> Any:
        from sagemaker.core.workflow.conditions import ConditionGreaterThanOrEqualTo
        from sagemaker.mlops.workflow.condition_step import ConditionStep

        reaches_limit = ConditionGreaterThanOrEqualTo(_auc(model), self._parameters[MIN_AUC])
        return ConditionStep(
            CHECK_AUC, conditions=[reaches_limit], if_steps=[good(model)], else_steps=[bad(model)]
        )

    def register(self, model: Any) -> Any:
        environment = self._account.environment
        trainer = build_container_job(
            environment,
            session=self._session,
            base_name=f"{job_name_prefix(environment.stage)}-register",
            source_folder=self._sources[REGISTER],
            command="python -m release.container",
            role_arn=environment.registration_role_arn,
            instance_type=DEFAULT_INSTANCE,
            max_hours=_REGISTRATION_HOURS,
            hyperparameters={
                container.STAGE: environment.stage,
                container.REGION: environment.region,
                container.JOB: model.properties.TrainingJobName,
            },
            variables={},
        )
        return self._build_step(REGISTER, trainer)

    def refuse(self, model: Any) -> Any:
        from sagemaker.core.workflow.functions import Join
        from sagemaker.mlops.workflow.fail_step import FailStep

        words = list_refusal(_auc(model), self._parameters[MIN_AUC])
        return FailStep(REFUSE, error_message=Join(on=" ", values=words))

    def _build_step(self, name: str, trainer: Any) -> Any:
        from sagemaker.mlops.workflow.steps import TrainingStep

        self.base_names[name] = trainer.base_job_name
        return TrainingStep(name, step_args=trainer.train())


def _auc(model: Any) -> Any:
    return model.properties.FinalMetricDataList[MODEL_AUC].Value


@contextmanager
def _write_sources() -> Iterator[dict[str, str]]:
    """The source folder of each job, by the name of its step."""
    with tempfile.TemporaryDirectory() as name:
        folders = {step: Path(name, step) for step in (TRAIN, REGISTER)}
        write_source(folders[TRAIN])
        write_source(folders[REGISTER], REGISTRATION_UNITS)
        yield {step: str(folder) for step, folder in folders.items()}


def _name_jobs(steps: list[dict[str, Any]], base_names: dict[str, str]) -> None:
    """Writes the start of each job's name into its step, by which the roles may reach the job.

    ModelTrainer leaves it out (aws/sagemaker-python-sdk #5776), and SageMaker would then name jobs
    `pipelines-...`, whatever their stage.
    """
    for step in steps:
        if step["Name"] in base_names:
            step["Arguments"]["TrainingJobName"] = base_names[step["Name"]]
        for branch in ("IfSteps", "ElseSteps"):
            _name_jobs(step["Arguments"].get(branch, []), base_names)
