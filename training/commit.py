"""The commit of the source, which the model card repeats."""

import os
import subprocess
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
# Set by `training.launch` for a job, which has no repository.
COMMIT_VARIABLE = "XRAY_GIT_COMMIT"


def read_commit(root: Path = _ROOT) -> str | None:
    """Returns the commit, with `-dirty` where tracked files differ from it.

    Returns None where `root` is no repository and the environment names no commit. A repository
    around `root` does not count: its commits say nothing about the source.
    """
    if commit := os.environ.get(COMMIT_VARIABLE):
        return commit
    if not (root / ".git").exists():
        return None
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return result.stdout.strip() if result.returncode == 0 else None
