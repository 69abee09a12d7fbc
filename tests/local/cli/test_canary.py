"""`make canary` goes a doctor's whole way through the running system, and names what fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from canary.journey import Journey, JourneyError, Step
from contracts.canary import CANARY_ID_PREFIX, CANARY_SITE
from local.aws.cognito import CANARY_ACCOUNT
from local.aws.resources import FACTS_BUCKET, IMAGES_BUCKET
from reliability.api_client import ApiClient
from tests.conftest import ROOT
from tests.running_system import RunningSystem

STEPS = ["page", "login page", "login", "announce", "upload", "answer", "worklist", "delete"]


def run_canary(folder: Path, port: int = 8000) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "local.cli.canary"],
        cwd=ROOT,
        env={**os.environ, "XRAY_LOCAL_DIR": str(folder), "PORT": str(port)},
        capture_output=True,
        text=True,
        check=False,
    )


def list_keys(system: RunningSystem, bucket: str) -> list[str]:
    pages = system.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [each["Key"] for page in pages for each in page.get("Contents", [])]


def test_a_film_goes_the_whole_way_and_only_its_facts_are_left(system: RunningSystem) -> None:
    result = run_canary(system.settings.folder, system.settings.port)
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert [line[8:20].strip() for line in lines[:-1]] == STEPS
    assert lines[-1].startswith("A film went the whole way in ")
    own = [key for key in list_keys(system, FACTS_BUCKET) if CANARY_ID_PREFIX in key]
    assert own and all(key.startswith(f"facts/{CANARY_ID_PREFIX}") for key in own)
    # The deletion function runs once nobody waits for it any more.
    stored = [key for key in list_keys(system, IMAGES_BUCKET) if f"lists/{CANARY_SITE}" in key]
    assert stored == []


def test_without_a_running_system_the_command_says_what_to_do(tmp_path: Path) -> None:
    result = run_canary(tmp_path)
    assert result.returncode == 2
    assert result.stderr.strip().endswith("Start it first: make run")


def build_journey(system: RunningSystem, steps: list[Step], **changes: object) -> Journey:
    token = system.fetch_id_token(CANARY_ACCOUNT.email)
    fields = {"url": system.url, "log_in": lambda: token, "report": steps.append, **changes}
    return Journey(**fields)  # type: ignore[arg-type]


def test_a_refused_token_is_named_with_its_step(system: RunningSystem) -> None:
    steps: list[Step] = []
    with pytest.raises(JourneyError, match="announce: 401 from /v1/radiographs"):
        build_journey(system, steps, log_in=lambda: "no token").run()
    assert [step.name for step in steps] == STEPS[:3]


def test_an_answer_that_does_not_come_fails_and_the_film_is_deleted(
    system: RunningSystem,
) -> None:
    steps: list[Step] = []
    with pytest.raises(JourneyError, match="answer: there is no answer after 0 seconds"):
        build_journey(system, steps, answer_seconds=0).run()
    film = steps[-2].detail
    assert film.startswith(CANARY_ID_PREFIX)
    client = ApiClient(system, CANARY_ACCOUNT.email)
    view = client.fetch_radiograph(film)
    assert view is not None and view.state == "deleted"


def test_a_page_that_is_not_there_is_no_success(system: RunningSystem) -> None:
    with pytest.raises(JourneyError, match="page: no response"):
        build_journey(system, [], url="http://localhost:1").run()


def test_two_journeys_have_two_films(system: RunningSystem) -> None:
    steps: list[Step] = []
    for _ in range(2):
        assert build_journey(system, steps).run() > 0
    films = {step.detail for step in steps if step.name == "announce"}
    assert len(films) == 2
