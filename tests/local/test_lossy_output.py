"""A process whose output does not fit on the disk goes on."""

import subprocess
import sys
from pathlib import Path

import pytest

from local.lambda_runtime import bootstrap
from local.settings import LAMBDA_ENVIRONMENT, ROOT

FULL = Path("/dev/full")
REPLACE = "from local.lossy_output import drop_output_if_disk_is_full as d; d(); "
WRITE = "import sys; print('x' * 10_000); print('y', file=sys.stderr); "


def run(code: str, output: Path) -> int:
    with output.open("wb") as file:
        return subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, stdout=file, stderr=file
        ).returncode


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_what_a_full_disk_does_not_take_is_dropped() -> None:
    assert run(WRITE, FULL) != 0
    assert run(REPLACE + WRITE, FULL) == 0


def test_other_errors_stay_errors_and_output_stays_complete(tmp_path: Path) -> None:
    assert run(REPLACE + WRITE, tmp_path / "log") == 0
    assert (tmp_path / "log").read_text() == "x" * 10_000 + "\ny\n"
    close = "import os; os.close(1); "
    assert run(REPLACE + close + "print('x')", tmp_path / "log") != 0


def test_a_function_imports_nothing_from_here_but_its_output(tmp_path: Path, runtime: None) -> None:
    """The import path starts with the bundle, as under `python -m awslambdaric`."""
    (tmp_path / "awslambdaric.py").write_text(
        "import sys; print([m for m in sys.modules if m.startswith('local')], sys.path[0])"
    )
    python = str(LAMBDA_ENVIRONMENT / "bin" / "python")
    command = [python, str(bootstrap.__file__), "handler"]
    output = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert output.stdout.strip() == f"['local', 'local.lossy_output'] {tmp_path}"
