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
    assert {"test", "lint", "synth", "diff", "deploy", "smoke"} == set(called)
    assert set(called) <= set(targets)


def test_nothing_is_deployed_before_the_tests_pass() -> None:
    assert JOBS["deploy"]["needs"] == JOBS["diff"]["needs"] == ["test", "synth"]


def test_there_is_no_key_but_a_role_that_is_assumed_for_one_job() -> None:
    assert "secrets." not in TEXT
    assert not re.search(r"aws-(access-key-id|secret-access-key)", TEXT)
    roles = [
        step["with"]["role-to-assume"] for job in JOBS for step in steps(job) if _assumes(step)
    ]
    own = "${{ vars.AWS_ROLE }}"
    assert roles == [own, own, "${{ vars.AWS_PROD_ROLE }}"]


def test_only_jobs_that_assume_the_role_may_prove_who_they_are() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    proving = {job for job in JOBS if "id-token" in JOBS[job].get("permissions", {})}
    assert proving == {job for job in JOBS if any(map(_assumes, steps(job)))}
    environments = {job: JOBS[job]["environment"] for job in proving}
    assert environments == {"diff": "dev", "deploy": "dev", "deploy-prod": "prod"}


def test_prod_follows_dev_and_waits_for_the_approval_of_its_environment() -> None:
    job = JOBS["deploy-prod"]
    assert job["needs"] == ["deploy"]
    assert job["environment"] == "prod"
    assert "vars.AWS_PROD_ROLE != ''" in job["if"] and "push" in job["if"]
    assert job["concurrency"] == {"group": "deploy-prod", "cancel-in-progress": False}


@pytest.mark.parametrize(("job", "stage"), [("deploy", "dev"), ("deploy-prod", "prod")])
def test_a_deploy_ends_with_a_film_that_goes_the_whole_way(job: str, stage: str) -> None:
    runs = [step["run"] for step in steps(job) if "run" in step]
    assert runs == [f"make deploy STAGE={stage} YES=1", f"make smoke STAGE={stage}"]


def test_a_fork_is_given_no_identity() -> None:
    assert "head.repo.full_name == github.repository" in JOBS["diff"]["if"]
    assert "pull_request_target" not in TEXT


@pytest.mark.parametrize("used", sorted(set(re.findall(r"uses: (.+)", TEXT))))
def test_each_action_is_pinned_to_a_commit_and_says_its_version(used: str) -> None:
    assert re.fullmatch(r"(actions|aws-actions)/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used)


def test_an_action_has_one_version_in_all_jobs() -> None:
    pins = set(re.findall(r"uses: (\S+)@(\S+)", TEXT))
    assert len({name for name, _ in pins}) == len(pins) == 3


def test_dependabot_asks_for_newer_commits_of_actions() -> None:
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text())["updates"]
    [actions] = [each for each in updates if each["package-ecosystem"] == "github-actions"]
    assert actions["schedule"] == {"interval": "weekly"}


def _assumes(step: dict[str, Any]) -> bool:
    return "configure-aws-credentials" in str(step.get("uses", ""))
