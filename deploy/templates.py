"""A stage's templates, as `app.py` writes them: no credentials, no Docker, no Node to install."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.errors import DeployError

ROOT = Path(__file__).resolve().parent.parent
STAGES = ("dev", "prod")

_REPORT = "validation-report.json"
# Ours say what would lift them; CDK acknowledges some rules of its own.
_OURS = " Lifted by: "


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A rule that is not met and not acknowledged, and where."""

    rule: str
    where: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Synthesised:
    """`templates` by stack name, in the order of a deploy; `acknowledged` are the reasons."""

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

    def properties(self, kind: str) -> list[Mapping[str, Any]]:
        """Of each resource of a type in any of the stacks."""
        return [
            resource.get("Properties", {})
            for template in self.templates.values()
            for resource in template["Resources"].values()
            if resource["Type"] == kind
        ]

    def bundles(self) -> dict[str, int]:
        """The unpacked bytes of each function's bundle, by the function's handler."""
        sizes = {}
        for function in self.properties("AWS::Lambda::Function"):
            asset = str(function["Code"]["S3Key"]).removesuffix(".zip")
            sizes[function["Handler"]] = _bytes(self.folder / f"asset.{asset}")
        return sizes


def stacks(stage: str) -> tuple[str, ...]:
    """The names of a stage's stacks, in the order of a deploy."""
    return ("chest-xray-account", f"chest-xray-{stage}-data", f"chest-xray-{stage}")


def load(stage: str, folder: Path) -> Synthesised:
    """The stage as it was synthesised last, or now where it never was. Raises DeployError."""
    if not (folder / "manifest.json").exists():
        return synthesise(stage, folder)
    return _read(stage, folder)


def synthesise(stage: str, folder: Path) -> Synthesised:
    """Writes a stage's templates into `folder`. Raises DeployError where a setting is wrong."""
    # What a person sets for one command (CDK_CONTEXT_JSON) stays.
    context = {**json.loads(os.environ.get("CDK_CONTEXT_JSON") or "{}"), "stage": stage}
    environment = {"CDK_OUTDIR": str(folder), "CDK_CONTEXT_JSON": json.dumps(context)}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _REPORT).unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and not _findings(folder / _REPORT):
        raise DeployError(done.stderr.strip())
    return _read(stage, folder)


def _read(stage: str, folder: Path) -> Synthesised:
    return Synthesised(
        stage=stage,
        folder=folder,
        templates={
            name: json.loads((folder / f"{name}.template.json").read_text())
            for name in stacks(stage)
        },
        findings=_findings(folder / _REPORT),
        acknowledged=_acknowledged(folder.glob("*.metadata.json")),
    )


def _findings(report: Path) -> list[Finding]:
    if not report.exists():
        return []
    return [
        Finding(
            rule=violation["ruleName"],
            where=construct["constructPath"],
            description=violation.get("description", ""),
        )
        for plugin in json.loads(report.read_text())["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    ]


def _acknowledged(files: Any) -> frozenset[str]:
    reasons = {
        reason
        for file in files
        for entries in json.loads(file.read_text()).values()
        for entry in entries
        if entry["type"] == "aws:cdk:acknowledged-rules"
        for reason in entry["data"].values()
    }
    return frozenset(reason for reason in reasons if _OURS in reason)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
