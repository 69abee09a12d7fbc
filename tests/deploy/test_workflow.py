"""The workflow calls targets that exist, holds no key, and gives each job few permissions."""

import re
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

TEXT = (ROOT / ".github/workflows/ci.yml").read_text()
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS: dict[str, Any] = WORKFLOW["jobs"]


def steps(job: str) -> list[dict[str, Any]]:
    job_steps: list[dict[str, Any]] = JOBS[job]["steps"]
    return job_steps


def test_it_tests_synthesises_compares_and_deploys() -> None:
    called = re.findall(r"make ([a-z]+)", TEXT)
    targets = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {"test", "lint", "synth", "diff", "deploy"} == set(called)
    assert set(called) <= set(targets)


def test_nothing_is_deployed_before_the_tests_pass() -> None:
    assert JOBS["deploy"]["needs"] == JOBS["diff"]["needs"] == ["test", "synth"]


def test_there_is_no_key_but_a_role_that_is_assumed_for_one_job() -> None:
    assert "secrets." not in TEXT
    assert not re.search(r"aws-(access-key-id|secret-access-key)", TEXT)
    roles = [
        step["with"]["role-to-assume"] for job in JOBS for step in steps(job) if _assumes(step)
    ]
    assert roles == ["${{ vars.AWS_ROLE }}"] * 2


def test_only_jobs_that_assume_the_role_may_prove_who_they_are() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    proving = {job for job in JOBS if "id-token" in JOBS[job].get("permissions", {})}
    assert proving == {job for job in JOBS if any(map(_assumes, steps(job)))}
    assert all(JOBS[job]["environment"] == "dev" for job in proving)


def test_a_fork_is_given_no_identity() -> None:
    assert "head.repo.full_name == github.repository" in JOBS["diff"]["if"]
    assert "pull_request_target" not in TEXT


@pytest.mark.parametrize(
    "used", sorted({step["uses"] for job in JOBS for step in steps(job) if "uses" in step})
)
def test_each_action_is_pinned_to_a_version(used: str) -> None:
    assert re.fullmatch(r"(actions|aws-actions)/[a-z-]+@v\d+", used)


def _assumes(step: dict[str, Any]) -> bool:
    return "configure-aws-credentials" in str(step.get("uses", ""))
