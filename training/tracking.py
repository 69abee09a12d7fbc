"""Records training runs and evaluations in MLflow, where MLFLOW_TRACKING_URI names a store.

One MLflow run for each version, written at the end: its curves are whole also where the training
was resumed. Without the variable nothing is imported, and a store that fails ends no run.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from contracts.model_card import list_populations
from contracts.model_layout import CARD_FILE
from training.artefact.model_folder import ModelFolder, flatten_settings, read_model_folder
from training.value_types import Metrics

URI_VARIABLE = "MLFLOW_TRACKING_URI"
_EXPERIMENT = "chest-xray"
_SQLITE = "sqlite:///"
_VERSION_TAG = "model_version"
# Without it MLflow's pages take the experiment for one of prompts and agents, and hide its runs.
_KIND = {"mlflow.experimentKind": "custom_model_development"}
# MLflow takes so much of a hash for a data set.
_MAX_DIGEST = 36
# A server that is away shall not hold a run up for the minutes of MLflow's defaults, and the
# library shall send nobody statistics about its use.
_DEFAULTS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_DISABLE_TELEMETRY": "true",
}


def track_training(folder: Path, history: Sequence[Mapping[str, float]]) -> None:
    """Records the model in `folder`: settings, data hashes, curves, metrics on validation, card.

    `history` has the figures of each epoch.
    """
    _try(lambda mlflow: _record_training(mlflow, read_model_folder(folder), history))


def track_evaluation(version: str, metrics: Metrics, report: Path) -> None:
    """Adds the metrics on the test set, and the report without images, to the version's run."""
    _try(lambda mlflow: _record_evaluation(mlflow, version, metrics, report))


def _try(record: Callable[[Any], None]) -> None:
    """Hands MLflow over, if a store is named, and prints a warning where anything fails."""
    if not os.environ.get(URI_VARIABLE):
        return
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    try:
        import mlflow

        _choose_experiment(mlflow)
        record(mlflow)
    # Whatever a store or its library raises: the model is there, and hours were spent on it.
    except Exception as error:
        first_line = (str(error).splitlines() or [type(error).__name__])[0]
        print(f"MLflow has recorded nothing or a part: {first_line}", file=sys.stderr)


def _choose_experiment(mlflow: Any) -> None:
    """The artefacts of a local store lie beside its file; MLflow would write them to `./mlruns`."""
    uri = os.environ[URI_VARIABLE]
    if mlflow.get_experiment_by_name(_EXPERIMENT) is None:
        database = Path(uri.removeprefix(_SQLITE)) if uri.startswith(_SQLITE) else None
        location = (database.resolve().parent / "mlflow-artefacts").as_uri() if database else None
        mlflow.create_experiment(_EXPERIMENT, artifact_location=location, tags=_KIND)
    mlflow.set_experiment(_EXPERIMENT)


def _record_training(
    mlflow: Any, model: ModelFolder, history: Sequence[Mapping[str, float]]
) -> None:
    card = model.card
    provenance = card["provenance"]
    runs = provenance["training"] or [{}]
    tags = {
        _VERSION_TAG: model.version,
        "mlflow.source.git.commit": runs[-1].get("commit"),
        # Of SageMaker, inside a job.
        "job": os.environ.get("TRAINING_JOB_NAME"),
    }
    hashes = {name: text for name, text in card["data"].items() if name.endswith("_sha256")}
    hashes["data_sha256"] = card["data"]["sha256"]
    with mlflow.start_run(
        run_name=model.version, tags={name: text for name, text in tags.items() if text}
    ):
        mlflow.log_params({**flatten_settings(card["recipe"]), **hashes})
        _record_data(mlflow, card["data"])
        for epoch, figures in enumerate(history, start=1):
            mlflow.log_metrics(dict(figures), step=epoch)
        for population, fields in list_populations(card).items():
            mlflow.log_metrics(
                {
                    f"validation/{population.value}/{name}": value
                    for name, value in fields["metrics"]["validation"].items()
                }
            )
        mlflow.log_metric("training_seconds", provenance["training_seconds"])
        mlflow.log_artifact(str(model.folder / CARD_FILE))


def _record_data(mlflow: Any, data: Mapping[str, Any]) -> None:
    """Names the data set, in the column of MLflow's pages by which runs are compared."""
    source = import_module("mlflow.data.code_dataset_source").CodeDatasetSource(tags={})
    # Without a type: its own says that it is abstract.
    data_set = import_module("mlflow.data.meta_dataset").MetaDataset(
        source, name=data["name"], digest=data["sha256"][:_MAX_DIGEST]
    )
    mlflow.log_input(data_set, context="training")


def _record_evaluation(mlflow: Any, version: str, metrics: Metrics, report: Path) -> None:
    runs = mlflow.search_runs(
        filter_string=f"tags.{_VERSION_TAG} = '{version}'", output_format="list"
    )
    run_id = runs[0].info.run_id if runs else None
    tags = None if runs else {_VERSION_TAG: version}
    with mlflow.start_run(run_id=run_id, run_name=version, tags=tags):
        mlflow.log_metrics({f"test/{name}": value for name, value in metrics.items()})
        mlflow.log_artifacts(str(report), artifact_path="report")
