"""Each npm program is locked: every package with its integrity hash, and no address."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.npm.program import CDK_CLI, COGNITO_LOCAL, NpmProgram
from tests.conftest import ROOT

PROGRAMS = (COGNITO_LOCAL, CDK_CLI)


def packages(program: NpmProgram) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields each locked package with its folder."""
    _, lock = program.manifests
    for folder, fields in json.loads(lock.read_text())["packages"].items():
        if folder:  # The empty name is the manifest itself.
            yield folder, fields


def urls(value: object) -> Iterator[str]:
    """Yields every string with a scheme, except links to funding pages."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "funding":
                yield from urls(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from urls(inner)
    elif isinstance(value, str) and "://" in value:
        yield value


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_each_package_is_pinned_with_an_integrity_hash(program: NpmProgram) -> None:
    locked = dict(packages(program))
    assert f"node_modules/{program.name}" in locked
    for folder, fields in locked.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+\S*", fields["version"]), folder
        assert fields["integrity"].startswith("sha512-"), folder


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_no_lock_holds_an_address(program: NpmProgram) -> None:
    manifest, lock = (json.loads(path.read_text()) for path in program.manifests)
    assert list(urls([manifest, lock])) == []
    assert [folder for folder, fields in packages(program) if "resolved" in fields] == []


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_the_manifest_names_one_exact_version(program: NpmProgram) -> None:
    manifest, _ = program.manifests
    [version] = json.loads(manifest.read_text())["dependencies"].values()
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_each_locked_folder_is_a_program() -> None:
    folders = {path.parent.name for path in (ROOT / "local" / "npm").glob("*/package.json")}
    assert folders == {program.name for program in PROGRAMS}


def test_another_lock_is_installed_again(tmp_path: Path) -> None:
    program = NpmProgram(name=COGNITO_LOCAL.name, folder=tmp_path)
    (tmp_path / "made-from").write_text("another lock")
    assert not program.is_installed
    (tmp_path / "made-from").write_text(program.fingerprint())
    assert program.is_installed
