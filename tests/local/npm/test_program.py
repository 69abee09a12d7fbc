"""Each npm program is locked: every package with its integrity hash, and no address."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bundles.film_decoder import MANIFESTS
from local.npm.program import CDK_CLI, COGNITO_LOCAL, LIGHTHOUSE, NpmProgram
from tests.conftest import ROOT

PROGRAMS = (COGNITO_LOCAL, CDK_CLI, LIGHTHOUSE)
# The folders of all locks: those of the programs, and that of the packages in the film decoder.
FOLDERS = (*(program.manifests[0].parent for program in PROGRAMS), MANIFESTS)


def packages(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields each locked package with the place where it is installed."""
    lock = folder / "package-lock.json"
    for place, fields in json.loads(lock.read_text())["packages"].items():
        if place:  # The empty name is the manifest itself.
            yield place, fields


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


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_package_is_pinned_with_an_integrity_hash(folder: Path) -> None:
    locked = dict(packages(folder))
    manifest = json.loads((folder / "package.json").read_text())
    assert {f"node_modules/{name}" for name in manifest["dependencies"]} <= locked.keys()
    for place, fields in locked.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+\S*", fields["version"]), place
        assert fields["integrity"].startswith("sha512-"), place


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_lock_holds_an_address(folder: Path) -> None:
    names = ("package.json", "package-lock.json")
    manifest, lock = (json.loads((folder / name).read_text()) for name in names)
    assert list(urls([manifest, lock])) == []
    assert [place for place, fields in packages(folder) if "resolved" in fields] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_manifest_names_exact_versions(folder: Path) -> None:
    manifest = json.loads((folder / "package.json").read_text())
    for version in {**manifest["dependencies"], **manifest.get("devDependencies", {})}.values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_each_lock_is_used() -> None:
    folders = {path.parent for path in (ROOT / "local" / "npm").glob("*/package.json")}
    assert folders == set(FOLDERS)


def test_another_lock_is_installed_again(tmp_path: Path) -> None:
    program = NpmProgram(name=COGNITO_LOCAL.name, folder=tmp_path)
    (tmp_path / "made-from").write_text("another lock")
    assert not program.is_installed
    (tmp_path / "made-from").write_text(program.fingerprint())
    assert program.is_installed
