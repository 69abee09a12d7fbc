"""What a run needs beyond the packages of `make setup`: the bare Lambda environment, the login
server, and the staged bundles. Everything is made once and found again.

`python -m local.cli.prepare`
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from bundles.functions import BUNDLES, Bundle, stage_for_this_machine
from local.aws.cognito import COGNITO_LOCAL
from local.errors import PrepareError
from local.install_once import alone, is_current, note, run
from local.npm.program import install
from local.progress import Progress
from local.settings import LAMBDA_ENVIRONMENT, ROOT

_IN_RUNTIME = ("awslambdaric", "boto3")
_PINS = ROOT / "requirements" / "run.txt"


def prepare(progress: Progress) -> dict[str, Path]:
    """Makes what is missing and returns the folder of each bundle. Raises PrepareError."""
    with alone():
        if not is_current(LAMBDA_ENVIRONMENT, _runtime_stamp()):
            with progress.part("Lambda's own environment"):
                _make_runtime()
        if not COGNITO_LOCAL.is_installed:
            with progress.part("Login server (cognito-local)"):
                install(COGNITO_LOCAL)
        with progress.part("Bundles of the functions"):
            return {bundle.name: _staged(bundle) for bundle in BUNDLES}


def _staged(bundle: Bundle) -> Path:
    try:
        return stage_for_this_machine(bundle)
    except subprocess.CalledProcessError as error:
        raise PrepareError(f"The packages of {bundle.name} could not be installed.") from error


def _make_runtime() -> None:
    shutil.rmtree(LAMBDA_ENVIRONMENT, ignore_errors=True)
    uv = [sys.executable, "-m", "uv"]
    run([*uv, "venv", "--quiet", "--python", sys.executable, str(LAMBDA_ENVIRONMENT)])
    python = str(LAMBDA_ENVIRONMENT / "bin" / "python")
    pip = [*uv, "pip", "install", "--quiet", "--python", python, "-c", str(_PINS)]
    run([*pip, *_IN_RUNTIME])
    note(LAMBDA_ENVIRONMENT, _runtime_stamp())


def _runtime_stamp() -> str:
    """Which Python, and which versions: another of either is another environment."""
    names = "|".join(_IN_RUNTIME)
    pins = re.findall(rf"^(?:{names})==\S+", _PINS.read_text(), flags=re.MULTILINE)
    return " ".join([sys.version.split()[0], sys.prefix, *pins])


def main() -> None:
    try:
        prepare(Progress())
    except PrepareError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
