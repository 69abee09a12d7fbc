"""Writes a software bill of materials (CycloneDX) for each artefact: `make sbom`.

The Python packages come from the pinned requirements, the npm packages from their lock files.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from deploy.errors import DeployError
from local.npm.program import npm_command
from local.settings import ROOT

# What runs in the cloud: three Lambda bundles and the training job. `run` and `cloud` run on the
# machine of a developer or an operator.
GROUPS = ("api", "screening", "ui", "job", "run", "cloud")
NPM_LOCKS = ROOT / "local" / "npm"


def main() -> int:
    arguments = _parser().parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    try:
        for group in GROUPS:
            _print(write_python_sbom(group, arguments.out))
        for lock in sorted(NPM_LOCKS.glob("*/package-lock.json")):
            _print(write_npm_sbom(lock.parent, arguments.out))
    except DeployError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def write_python_sbom(group: str, out: Path) -> Path:
    """The SBOM of requirements/<group>.txt. Raises DeployError with the tool's own words."""
    path = out / f"{group}.cdx.json"
    tool = [sys.executable, "-m", "cyclonedx_py", "requirements", "--output-reproducible"]
    source = ROOT / "requirements" / f"{group}.txt"
    _run([*tool, "--pyproject", str(ROOT / "pyproject.toml"), "-o", str(path), str(source)])
    return path


def write_npm_sbom(folder: Path, out: Path) -> Path:
    """The SBOM of the lock file in `folder`. Raises DeployError with npm's own words."""
    path = out / f"npm-{folder.name}.cdx.json"
    options = ["sbom", "--sbom-format=cyclonedx", "--package-lock-only", "--omit=dev"]
    path.write_text(_run([*npm_command(), *options], cwd=folder))
    return path


def _run(command: list[str], *, cwd: Path = ROOT) -> str:
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if result.returncode:
        raise DeployError(f"{' '.join(command)} failed:\n{result.stderr}")
    return result.stdout


def _print(path: Path) -> None:
    components = json.loads(path.read_text())["components"]
    print(f"{path.relative_to(Path.cwd())}: {len(components)} packages")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.sbom", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "sbom")
    return parser


if __name__ == "__main__":
    sys.exit(main())
