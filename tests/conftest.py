"""What every test may use: golden messages, the cloud's template and, if there, the X-ray data."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol

import pytest

pytest_plugins = ["tests.stack"]

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("XRAY_DATA") or ROOT.parent / "shared" / "data")


class Golden(Protocol):
    def __call__(self, name: str) -> Any: ...


class Template:
    """A CloudFormation template, read by type."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.resources: dict[str, dict[str, Any]] = document["Resources"]

    def of_type(self, name: str) -> dict[str, dict[str, Any]]:
        """The properties of each resource of a type, by logical id."""
        return {
            key: resource.get("Properties", {})
            for key, resource in self.resources.items()
            if resource["Type"] == name
        }

    def only(self, name: str) -> dict[str, Any]:
        """The properties of the one resource of a type."""
        [properties] = self.of_type(name).values()
        return properties


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if DATA.is_dir():
        return
    if os.environ.get("XRAY_DATA_REQUIRED"):
        raise pytest.UsageError(f"the X-ray data set is not at {DATA}; set XRAY_DATA to its folder")
    missing = pytest.mark.skip(reason=f"the X-ray data set is not at {DATA}; XRAY_DATA names it")
    for item in items:
        if item.get_closest_marker("data"):
            item.add_marker(missing)


@pytest.fixture(scope="session")
def golden() -> Golden:
    """Reads a message under tests/golden, which its producer and its consumer both load."""
    return lambda name: json.loads((ROOT / "tests" / "golden" / name).read_text())


@pytest.fixture(scope="session")
def data() -> Path:
    """The X-ray data set."""
    return DATA


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The dev stage as `python app.py` writes it: no credentials, no Docker, no Node installed."""
    out = tmp_path_factory.mktemp("cdk.out")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {**kept, "PATH": "", "CDK_OUTDIR": str(out)}
    subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=environment, check=True)
    document = json.loads((out / "chest-xray-dev.template.json").read_text())
    shutil.rmtree(out)  # 190 MB of bundles, which pytest would keep.
    return Template(document)
