"""Trains the toy network in a process of its own, which may be killed."""

import subprocess
from pathlib import Path

from tests.command_fork import run_in_fork
from tests.conftest import ROOT

# What `killable_run` imports.
_IMPORTS = ("training.fit.compiled_step", "training.fit.training_loop")


def run_and_kill(
    folder: Path, name: str, *, killed_after: int = 0, is_compiled: bool = False
) -> "subprocess.CompletedProcess[str]":
    """Leaves the checkpoints and the weights of the run in `folder`. With `killed_after` above 0
    it kills itself after that many batches.
    """
    options = [str(folder / name), str(folder / f"{name}.npz"), str(killed_after)]
    return run_in_fork(
        str(ROOT / "tests" / "training" / "fit" / "killable_run.py"),
        [*options, *(["compiled"] if is_compiled else [])],
        environment={"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""},
        imports=_IMPORTS,
    )
