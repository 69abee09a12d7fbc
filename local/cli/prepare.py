"""Installs what a run needs beyond the packages of `make setup`: Lambda's environment, the login
server and the staged bundles. Each is built once and reused.

`python -m local.cli.prepare`
"""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

from bundles.bundle_contents import BUNDLES, Bundle
from bundles.staging import StagingError, stage_for_this_machine
from local.errors import PrepareError
from local.install_once import install_lock, is_installed, mark_installed, run_installer
from local.npm.program import COGNITO_LOCAL, install
from local.progress import Progress
from local.settings import LAMBDA_ENVIRONMENT, ROOT

# What the runtime of AWS Lambda brings; everything else is in the bundles.
_RUNTIME_PACKAGES = ("awslambdaric", "boto3")
_PINS = ROOT / "requirements" / "run.txt"


def prepare(progress: Progress) -> dict[str, Path]:
    """Builds what is missing and returns the folder of each bundle. Raises PrepareError."""
    with install_lock():
        if not is_installed(LAMBDA_ENVIRONMENT, _runtime_versions()):
            with progress.step("Lambda's own environment"):
                _create_lambda_environment()
        if not COGNITO_LOCAL.is_installed:
            with progress.step("Login server (cognito-local)"):
                install(COGNITO_LOCAL)
        with progress.step("Bundles of the functions"):
            return {bundle.name: _stage(bundle) for bundle in BUNDLES}


def main() -> int:
    """Returns 0, or 2 with a sentence on stderr if something cannot be installed."""
    _parser().parse_args()
    try:
        prepare(Progress())
    except PrepareError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _stage(bundle: Bundle) -> Path:
    try:
        return stage_for_this_machine(bundle)
    except subprocess.CalledProcessError as error:
        raise PrepareError(f"The packages of {bundle.name} could not be installed.") from error
    except StagingError as error:
        raise PrepareError(str(error)) from error


def _create_lambda_environment() -> None:
    shutil.rmtree(LAMBDA_ENVIRONMENT, ignore_errors=True)
    uv = [sys.executable, "-m", "uv"]
    run_installer([*uv, "venv", "--quiet", "--python", sys.executable, str(LAMBDA_ENVIRONMENT)])
    python = str(LAMBDA_ENVIRONMENT / "bin" / "python")
    pip = [*uv, "pip", "install", "--quiet", "--python", python, "-c", str(_PINS)]
    run_installer([*pip, *_RUNTIME_PACKAGES])
    mark_installed(LAMBDA_ENVIRONMENT, _runtime_versions())


def _runtime_versions() -> str:
    """Identifies the environment: the Python interpreter and the pinned versions."""
    names = "|".join(_RUNTIME_PACKAGES)
    pins = re.findall(rf"^(?:{names})==\S+", _PINS.read_text(), flags=re.MULTILINE)
    return " ".join([sys.version.split()[0], sys.prefix, *pins])


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog="python -m local.cli.prepare", description=__doc__)


if __name__ == "__main__":
    sys.exit(main())
