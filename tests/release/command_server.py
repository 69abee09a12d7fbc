"""Runs commands that talk to a stage in forks of one process, which has imported SageMaker's SDK.

The import takes five seconds, and tests run the commands some forty times. Each line of stdin is an
order in JSON; the answer is a line with the exit status, stdout and stderr.
"""

import importlib
import json
import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from collection import command as collection_command
from collection.check import check_before_training
from release import launch, lineage, promote, register, show, tune, versions

# What the commands import when they reach AWS.
_SDK = ("sagemaker.train", "sagemaker.core.image_uris", "sagemaker.core.helper.session_helper")
_COMMANDS: dict[str, Callable[[], int]] = {
    "collect": collection_command.main,
    "launch": partial(launch.main, check_before_training),
    "lineage": lineage.main,
    "promote": promote.main,
    "register": register.main,
    "show": show.main,
    "tune": partial(tune.main, check_before_training),
    "versions": versions.main,
}


def main() -> None:
    for name in _SDK:
        importlib.import_module(name)
    for line in sys.stdin:
        print(json.dumps(_run_in_fork(json.loads(line))), flush=True)


def _run_in_fork(order: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        paths = Path(name, "stdout"), Path(name, "stderr")
        child = os.fork()
        if not child:
            _run(order, *paths)
        _, status = os.waitpid(child, 0)
        stdout, stderr = (path.read_text() if path.exists() else "" for path in paths)
        return {
            "returncode": os.waitstatus_to_exitcode(status),
            "stdout": stdout,
            "stderr": stderr,
        }


def _run(order: dict[str, Any], stdout: Path, stderr: Path) -> None:
    """Ends the fork with the status of the command, whose standard streams are files."""
    for number, path in ((1, stdout), (2, stderr)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    os.environ.clear()
    os.environ.update(order["environment"])
    command = _COMMANDS[order["command"]]
    sys.argv = [f"training.{order['command']}", *order["arguments"]]
    status = 1
    try:
        status = command()
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
