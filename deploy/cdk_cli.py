"""Runs CDK's own command line, which uploads the assets and calls CloudFormation."""

import subprocess
from pathlib import Path

from deploy.errors import DeployError
from local.errors import PrepareError
from local.install_once import install_lock
from local.npm.program import CDK_CLI, install, node


def cdk(*arguments: str, app: Path | None = None) -> None:
    """Runs a command over the templates in `app`, on this terminal. Raises DeployError."""
    try:
        with install_lock():
            if not CDK_CLI.is_installed:
                install(CDK_CLI)
    except PrepareError as error:
        raise DeployError(str(error)) from error
    program = [str(node()), str(CDK_CLI.package / "bin" / "cdk")]
    options = ["--app", str(app)] if app else []
    # Without notices: CDK would load its news from the web, and they do not concern the templates.
    result = subprocess.run([*program, *arguments, *options, "--no-notices"], check=False)
    if result.returncode:
        raise DeployError(f"cdk {arguments[0]} did not succeed; the lines above say why.")
