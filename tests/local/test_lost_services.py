"""A service that dies is started again with its data, and the rest of the run does not complain."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.cli.sample import write_samples
from reliability.outages import Outages
from reliability.page_session import can_open_worklist
from tests.running_system import RunningSystem, start_system
from tests.uploads import announce, upload, wait_for_answer

SERVICES = ("aws", "redis", "login")


@dataclass(frozen=True, kw_only=True)
class Story:
    """Two answers before and after the deaths of all services, and what the run printed."""

    states: list[str]
    can_log_in: bool
    lines: list[str]
    status: int


@pytest.fixture(scope="module")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_samples(tmp_path_factory.mktemp("phantom"))[0].read_bytes()


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, phantom: bytes) -> Iterator[Story]:
    system = start_system(tmp_path_factory.mktemp("system"))
    try:
        yield play(system, phantom)
    finally:
        if system.process.poll() is None:
            system.stop()


def play(system: RunningSystem, phantom: bytes) -> Story:
    output = system.settings.folder / "output"
    before = answer(system, phantom, key="before")
    outages = Outages(system, seed=1)
    for name in SERVICES:
        outages.kill(name)
        wait_for_line(output, f"The service {name} had stopped and was started again")
    after = answer(system, phantom, key="after")
    ids = (before, after)
    states = [str(wait_for_answer(system, radiograph).state) for radiograph in ids]
    can_log_in = can_open_worklist(system.url)
    status = system.stop()
    return Story(
        states=states,
        can_log_in=can_log_in,
        lines=output.read_text().splitlines(),
        status=status,
    )


def answer(system: RunningSystem, phantom: bytes, *, key: str) -> str:
    created = announce(system, "phantom.png", len(phantom), key=key)
    upload(created, phantom)
    wait_for_answer(system, created.radiograph.id)
    return created.radiograph.id


def wait_for_line(output: Path, text: str) -> None:
    with output.open() as lines:
        text_until_now = ""
        while text not in text_until_now:
            line = lines.readline()
            text_until_now += line
            if not line:
                time.sleep(0.1)


def test_radiographs_from_before_and_after_have_their_answers(story: Story) -> None:
    assert story.states == ["screened", "screened"]


def test_the_login_has_its_accounts_again(story: Story) -> None:
    assert story.can_log_in


def test_each_death_is_one_line_and_the_rest_of_the_run_adds_one_at_most(story: Story) -> None:
    start = next(n for n, line in enumerate(story.lines) if line.startswith("Logs:"))
    lines = [line for line in story.lines[start + 1 :] if "MB left" not in line]
    assert sum("was started again" in line for line in lines) == len(SERVICES)
    assert len(lines) <= 2 * len(SERVICES) + 1
    assert not any("Traceback" in line for line in lines)


def test_the_run_stops_as_usual(story: Story) -> None:
    assert story.status == 0
