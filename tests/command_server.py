"""Runs commands in forks of one process, which has imported what they import.

SageMaker's SDK takes five seconds to import, and TensorFlow four; tests run the commands some
hundred times. The arguments are modules to import at the start; the module of a command is imported
before its first run. Each line of stdin is an order in JSON; the answer is a line with the exit
status, stdout and stderr.
"""

import contextlib
import importlib
import json
import os
import runpy
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any


def main() -> None:
    for name in sys.argv[1:]:
        importlib.import_module(name)
    for line in sys.stdin:
        print(json.dumps(_run_in_fork(json.loads(line))), flush=True)


def _run_in_fork(order: dict[str, Any]) -> dict[str, Any]:
    _import_command(order["module"])
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


def _import_command(module: str) -> None:
    """So that each run of the command has its imports. An error is the command's to report."""
    if not module.endswith(".py"):
        with contextlib.suppress(Exception):
            importlib.import_module(module)
        # `runpy` would warn of a module that is there already.
        sys.modules.pop(module, None)


def _run(order: dict[str, Any], stdout: Path, stderr: Path) -> None:
    """Ends the fork with the status of `python -m MODULE`, or of `python SCRIPT.py`. Its standard
    streams are files.
    """
    for number, path in ((1, stdout), (2, stderr)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    sys.argv = [order["module"], *order["arguments"]]
    status = 1
    try:
        if order["module"].endswith(".py"):
            runpy.run_path(order["module"], run_name="__main__")
        else:
            runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
