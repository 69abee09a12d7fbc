"""MLflow records a run where a store is named; otherwise it is not even imported.

MLflow is imported in processes of their own: it warns, and takes seconds.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from training.artefact.model_folder import read_model_folder

_HISTORY = [
    {"loss": 0.5, "validation_loss": 0.4, "validation_auc": 0.9, "learning_rate": 0.001},
    {"loss": 0.3, "validation_loss": 0.2, "validation_auc": 0.95, "learning_rate": 0.0005},
]
_RECORD = """
import json, sys
from pathlib import Path
from training.tracking import track_evaluation, track_training
folder, report, version, history = sys.argv[1:5]
track_training(Path(folder), json.loads(history))
track_evaluation(version, {"auc": 0.97}, Path(report))
"""
_READ = """
from mlflow import MlflowClient
client = MlflowClient()
experiment = client.get_experiment_by_name("chest-xray")
runs = [
    {
        "name": run.info.run_name,
        "tags": run.data.tags,
        "params": run.data.params,
        "data": [(each.dataset.name, each.dataset.digest) for each in run.inputs.dataset_inputs],
        "kind": experiment.tags.get("mlflow.experimentKind"),
        "metrics": run.data.metrics,
        "curve": [m.value for m in client.get_metric_history(run.info.run_id, "validation_auc")],
        "files": [f.path for f in client.list_artifacts(run.info.run_id)],
        "report": [f.path for f in client.list_artifacts(run.info.run_id, "report")],
    }
    for run in client.search_runs([experiment.experiment_id])
]
print(json.dumps(runs))
"""


def _run(
    code: str, smoke: Path, report: Path, *, uri: str, version: str = ""
) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MLFLOW_TRACKING_URI": uri}
    arguments = [str(smoke), str(report), version or read_model_folder(smoke).version]
    return subprocess.run(
        [sys.executable, "-c", code, *arguments, json.dumps(_HISTORY)],
        cwd=report,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_version_is_one_run_with_settings_data_curves_metrics_card_and_report(
    smoke: Path, tmp_path: Path
) -> None:
    report = tmp_path / "reports"
    report.mkdir()
    (report / "README.md").write_text("# Evaluation")
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    result = _run(_RECORD + _READ, smoke, report, uri=uri)
    assert result.returncode == 0, result.stderr
    runs: list[dict[str, Any]] = json.loads(result.stdout.splitlines()[-1])
    model = read_model_folder(smoke)
    [run] = runs
    assert run["name"] == model.version
    assert run["params"]["augmentation.noise"] == str(model.card["recipe"]["augmentation"]["noise"])
    assert run["params"]["train_sha256"] == model.card["data"]["train_sha256"]
    data = model.card["data"]
    assert run["params"]["data_sha256"] == data["sha256"]
    assert run["data"] == [[data["name"], data["sha256"][:36]]]
    assert run["kind"] == "custom_model_development"
    assert run["curve"] == [0.9, 0.95]
    measured = model.card["populations"]["child"]["metrics"]["validation"]
    assert run["metrics"]["validation/child/auc"] == measured["auc"]
    assert run["metrics"]["test/auc"] == 0.97
    assert set(run["files"]) == {"model_card.json", "report"}
    assert run["report"] == ["report/README.md"]
    assert (tmp_path / "mlflow-artefacts").is_dir()
    assert not (report / "mlruns").exists()


def test_a_store_that_does_not_answer_costs_a_warning(smoke: Path, tmp_path: Path) -> None:
    code = _RECORD.replace("track_evaluation(v", "0 and (v")
    result = _run(code, smoke, tmp_path, uri="http://127.0.0.1:1")
    assert result.returncode == 0, result.stderr
    warnings = [line for line in result.stderr.splitlines() if line.startswith("MLflow has")]
    assert len(warnings) == 1
    assert "Traceback" not in result.stderr


def test_without_a_store_nothing_of_mlflow_is_imported(smoke: Path, tmp_path: Path) -> None:
    code = _RECORD + "print([name for name in sys.modules if 'mlflow' in name])"
    result = _run(code, smoke, tmp_path, uri="")
    assert (result.returncode, result.stdout) == (0, "[]\n"), result.stderr


def test_a_job_does_not_install_mlflow() -> None:
    packages = (ROOT / "requirements" / "job.txt").read_text().splitlines()
    assert not [line for line in packages if line.startswith("mlflow")]
