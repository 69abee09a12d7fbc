"""Synthesises a stage by `app.py`, and reads the templates and findings.

Needs no credentials, no Docker and no installed Node.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.errors import DeployError

ROOT = Path(__file__).resolve().parent.parent
STAGES = ("dev", "prod")

# For a review of templates and costs: a hospital states its own before it deploys.
EXAMPLE_SETTINGS = {
    "sites": {"siteMain": {"prevalence": 0.2, "is_demo": True}},
    "alarm_email": "on-call@hospital.example",
}

_REPORT = "validation-report.json"
# The end of each of our reasons (cdk/acknowledged.py). CDK acknowledges some rules of its own.
_OUR_REASON = " Lifted by: "


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A rule that is neither met nor acknowledged; `path` is that of the construct."""

    rule: str
    path: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Synthesis:
    """A stage as it was synthesised into `folder` (CDK calls the folder a cloud assembly).

    `templates` are by stack name, in the order of a deploy. `acknowledged` are the reasons of the
    rules that are acknowledged.
    """

    stage: str
    folder: Path
    templates: Mapping[str, dict[str, Any]]
    findings: Sequence[Finding]
    acknowledged: frozenset[str]

    @property
    def files(self) -> list[Path]:
        return [self.folder / f"{name}.template.json" for name in self.templates]

    @property
    def region(self) -> str:
        manifest = json.loads((self.folder / "manifest.json").read_text())
        environment = manifest["artifacts"][f"chest-xray-{self.stage}"]["environment"]
        return str(environment).rpartition("/")[2]

    def properties(self, resource_type: str) -> list[Mapping[str, Any]]:
        """The properties of each resource of a type, in all stacks."""
        return [
            resource.get("Properties", {})
            for template in self.templates.values()
            for resource in template["Resources"].values()
            if resource["Type"] == resource_type
        ]

    def bundles(self) -> dict[str, int]:
        """The unpacked bytes of each function's bundle, by the function's handler."""
        sizes = {}
        for function in self.properties("AWS::Lambda::Function"):
            asset = str(function["Code"]["S3Key"]).removesuffix(".zip")
            sizes[function["Handler"]] = _folder_size(self.folder / f"asset.{asset}")
        return sizes


def stack_names(stage: str) -> tuple[str, ...]:
    """The names of a stage's stacks, in the order of a deploy."""
    return ("chest-xray-account", f"chest-xray-{stage}-data", f"chest-xray-{stage}")


def load(stage: str, folder: Path) -> Synthesis:
    """Reads the last synthesis of the stage; synthesises if there is none. Raises DeployError."""
    if not (folder / "manifest.json").exists():
        return synthesise(stage, folder)
    return _read_synthesis(stage, folder)


def synthesise(
    stage: str,
    folder: Path,
    *,
    defaults: Mapping[str, object] | None = None,
    overrides: Mapping[str, object] | None = None,
) -> Synthesis:
    """Writes a stage's templates into `folder`. Raises DeployError if a setting is wrong.

    `defaults` are used for settings that cdk.json does not have, and `overrides` instead of those
    that it has.
    """
    # The user's own settings for one command (CDK_CONTEXT_JSON) stay.
    own = json.loads(os.environ.get("CDK_CONTEXT_JSON") or "{}")
    file = json.loads((ROOT / "cdk.json").read_text())["context"]
    missing = {
        name: value
        for name, value in (defaults or {}).items()
        if name not in file and name not in file.get(stage, {})
    }
    context = {**missing, **own, **(overrides or {}), "stage": stage}
    environment = {"CDK_OUTDIR": str(folder), "CDK_CONTEXT_JSON": json.dumps(context)}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _REPORT).unlink(missing_ok=True)
    result = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode and not _read_findings(folder / _REPORT):
        raise DeployError(result.stderr.strip())
    return _read_synthesis(stage, folder)


def _read_synthesis(stage: str, folder: Path) -> Synthesis:
    return Synthesis(
        stage=stage,
        folder=folder,
        templates={
            name: json.loads((folder / f"{name}.template.json").read_text())
            for name in stack_names(stage)
        },
        findings=_read_findings(folder / _REPORT),
        acknowledged=_read_acknowledged(folder.glob("*.metadata.json")),
    )


def _read_findings(report: Path) -> list[Finding]:
    if not report.exists():
        return []
    return [
        Finding(
            rule=violation["ruleName"],
            path=construct["constructPath"],
            description=violation.get("description", ""),
        )
        for plugin in json.loads(report.read_text())["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    ]


def _read_acknowledged(files: Iterable[Path]) -> frozenset[str]:
    reasons = {
        reason
        for file in files
        for entries in json.loads(file.read_text()).values()
        for entry in entries
        if entry["type"] == "aws:cdk:acknowledged-rules"
        for reason in entry["data"].values()
    }
    return frozenset(reason for reason in reasons if _OUR_REASON in reason)


def _folder_size(folder: Path) -> int:
    """In bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
