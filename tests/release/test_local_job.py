"""The run of a job, on this machine."""

from pathlib import Path

from training.artefact.model_folder import read_model_folder


def test_the_same_run_on_this_machine_makes_a_model(drawn_data: Path, tmp_path: Path) -> None:
    from release.local_job import run_locally

    model = read_model_folder(run_locally("smoke", {"epochs": "1"}, drawn_data, jobs=tmp_path))
    assert model.version.startswith("smoke-")
    assert model.card["recipe"]["epochs"] == 1
    assert model.card["populations"]["child"]["metrics"]["test_half"]["radiographs"] == 12
