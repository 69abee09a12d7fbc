"""The CDK's own command line, which uploads the assets and talks to CloudFormation."""

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
    chosen = ["--app", str(app)] if app else []
    # Notices are fetched from AWS's own page, and say nothing of these templates.
    done = subprocess.run([*program, *arguments, *chosen, "--no-notices"], check=False)
    if done.returncode:
        raise DeployError(f"cdk {arguments[0]} did not succeed; the lines above say why.")
