"""A job gets the address of MLflow's store where it can reach it."""

import pytest

from release import job


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
