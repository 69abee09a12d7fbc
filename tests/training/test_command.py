"""A command ends with a status and, early, with one sentence on stderr."""

import pytest

from training.command import run_command
from training.errors import TrainingError


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (None, 0, ""),
        (TrainingError("There is no data set."), 2, "There is no data set.\n"),
        (KeyboardInterrupt(), 130, "Stopped. Start again.\n"),
    ],
)
def test_an_early_end_is_a_status_and_a_sentence(
    error: BaseException | None, status: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        if error:
            raise error

    assert run_command(command, interruption="Start again.") == status
    assert capsys.readouterr().err == sentence


def test_another_error_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        run_command(lambda: print(1 // 0), interruption="Start again.")
