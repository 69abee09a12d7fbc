"""Synthesises both stages, prints their resources and costs, and checks them against the rules.

`python -m deploy.synth`; the last line counts findings and acknowledged rules.
"""

import argparse
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from deploy.costs import estimate
from deploy.errors import DeployError
from deploy.templates import EXAMPLE_SETTINGS, ROOT, STAGES, Synthesis, synthesise

_OUT = ROOT / "build" / "cdk"
_RADIOGRAPHS_A_DAY = 1_000
# CDK adds a dependency of each function on its role beside the reference to it.
_LINT = ("--ignore-checks", "W3005")


def main() -> int:
    """Returns 0 without findings, 1 with findings, and 2 for a wrong setting."""
    _parser().parse_args()
    findings = 0
    acknowledged: set[str] = set()
    try:
        for stage in STAGES:
            start = time.monotonic()
            synthesis = synthesise(stage, _OUT / stage, defaults=EXAMPLE_SETTINGS)
            _describe(synthesis, seconds=time.monotonic() - start)
            findings += len(synthesis.findings) + _lint(synthesis)
            acknowledged |= synthesis.acknowledged
    except DeployError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"findings {findings} acknowledged {len(acknowledged)}")
    return 1 if findings else 0


def _describe(synthesis: Synthesis, *, seconds: float) -> None:
    print(
        f"\n{synthesis.stage}: {synthesis.folder.relative_to(ROOT)}, synthesised in {seconds:.0f} s"
    )
    for name, template in synthesis.templates.items():
        kinds = Counter(resource["Type"] for resource in template["Resources"].values())
        print(f"  {name}: {kinds.total()} resources of {len(kinds)} types")
    for handler, size in sorted(synthesis.bundles().items()):
        print(f"  bundle of {handler}: {size / 1e6:.1f} MB unpacked")
    print(estimate(synthesis.templates, radiographs_a_day=_RADIOGRAPHS_A_DAY).text())
    for finding in synthesis.findings:
        print(f"  {finding.rule} is not met by {finding.path}. {finding.description}")


def _lint(synthesis: Synthesis) -> int:
    """Prints what cfn-lint reports of the templates; returns the number of lines."""
    program = str(Path(sys.executable).with_name("cfn-lint"))
    command = [program, "--format", "parseable", *_LINT, "--", *map(str, synthesis.files)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (result.stdout + result.stderr).strip().splitlines()
    for line in lines:
        print(f"  cfn-lint: {line}")
    return len(lines)


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog="python -m deploy.synth", description=__doc__)


if __name__ == "__main__":
    sys.exit(main())
