"""Each artefact's bill of materials lists what is pinned for it."""

import json
from pathlib import Path

import pytest

from bundles.requirements import read_requirements
from deploy.sbom import GROUPS, NPM_LOCKS, write_npm_sbom, write_python_sbom
from local.settings import ROOT


def _components(path: Path) -> set[tuple[str, str]]:
    document = json.loads(path.read_text())
    assert document["bomFormat"] == "CycloneDX"
    return {(each["name"], each["version"]) for each in document["components"]}


@pytest.mark.parametrize("group", GROUPS)
def test_every_pinned_package_is_listed_with_its_version(group: str, tmp_path: Path) -> None:
    entries = read_requirements(ROOT / "requirements" / f"{group}.txt")
    pins = [entry.split()[0] for entry in entries]
    packages = {(name, version) for name, version in (pin.split("==") for pin in pins)}
    assert _components(write_python_sbom(group, tmp_path)) == packages


@pytest.mark.parametrize("lock", ["aws-cdk", "cognito-local", "film-decoder", "lighthouse"])
def test_every_locked_npm_package_is_listed(lock: str, tmp_path: Path) -> None:
    packages = json.loads((NPM_LOCKS / lock / "package-lock.json").read_text())["packages"]
    shipped = [name for name, fields in packages.items() if name and not fields.get("dev")]
    names = {name.rpartition("node_modules/")[2] for name in shipped}
    components = {name for name, _ in _components(write_npm_sbom(NPM_LOCKS / lock, tmp_path))}
    assert {name.rpartition("/")[2] for name in names} <= {
        name.rpartition("/")[2] for name in components
    }
