"""A command that asks refuses in a sentence where nobody can answer."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import __main__ as deploy
from deploy.errors import DeployError
from deploy.question import ask
from deploy.templates import Synthesis
from tests.deploy.stubbed_account import fake_account


def test_without_a_terminal_the_question_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(DeployError, match=r"Nobody can answer here, and nothing was done\. Do x\."):
        ask("Yes? ", without="Do x.")


def test_an_answer_may_come_from_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("dev\n"))
    assert ask("Yes? ", without="Do x.") == "dev"


@pytest.mark.parametrize(
    ("answer", "message"),
    [("", r"make destroy STAGE=dev YES=dev"), ("prod\n", r"^Nothing was removed\.$")],
)
def test_a_stage_is_not_removed_without_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: str, message: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    synthesis = Synthesis(
        stage="dev", folder=tmp_path, templates={}, findings=[], acknowledged=frozenset()
    )
    arguments = deploy._parser().parse_args(["destroy", "--stage", "dev"])
    arguments.yes = ""
    with pytest.raises(DeployError, match=message):
        deploy.destroy(fake_account(), synthesis, arguments)


def test_the_command_itself_prints_a_sentence() -> None:
    """As from a job of CI, whose standard input is empty."""
    code = "from deploy.question import ask; from deploy.errors import DeployError\n"
    code += "try: ask('Type dev: ', without='Say YES=dev.')\n"
    code += "except DeployError as error: raise SystemExit(str(error))"
    command = [sys.executable, "-c", code]
    result = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert result.stderr.strip().endswith("Say YES=dev.")
