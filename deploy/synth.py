"""Synthesises both stages, says what they are made of and cost, and holds them to the rules.

`python -m deploy.synth`; the last line counts what is not met and what is acknowledged.
"""

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from deploy.costs import estimate
from deploy.errors import DeployError
from deploy.templates import ROOT, STAGES, Synthesised, synthesise

_OUT = ROOT / "build" / "cdk"
_RADIOGRAPHS_A_DAY = 1_000
# CDK itself writes a dependency of each function on its role beside the reference to it.
_LINT = ("--ignore-checks", "W3005")


def main() -> int:
    """0 where every rule is met or acknowledged, 1 where one is not, 2 where a setting is wrong."""
    findings = 0
    acknowledged: set[str] = set()
    try:
        for stage in STAGES:
            began = time.monotonic()
            made = synthesise(stage, _OUT / stage)
            _describe(made, seconds=time.monotonic() - began)
            findings += len(made.findings) + _lint(made)
            acknowledged |= made.acknowledged
    except DeployError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"findings {findings} acknowledged {len(acknowledged)}")
    return 1 if findings else 0


def _describe(made: Synthesised, *, seconds: float) -> None:
    print(f"\n{made.stage}: {made.folder.relative_to(ROOT)}, made in {seconds:.0f} s")
    for name, template in made.templates.items():
        kinds = Counter(each["Type"] for each in template["Resources"].values())
        print(f"  {name}: {kinds.total()} resources of {len(kinds)} types")
    for handler, size in sorted(made.bundles().items()):
        print(f"  bundle of {handler}: {size / 1e6:.1f} MB unpacked")
    print(estimate(made.templates, radiographs_a_day=_RADIOGRAPHS_A_DAY).text())
    for finding in made.findings:
        print(f"  {finding.rule} is not met by {finding.where}. {finding.description}")


def _lint(made: Synthesised) -> int:
    """How many lines cfn-lint has to say about the templates."""
    program = str(Path(sys.executable).with_name("cfn-lint"))
    command = [program, "--format", "parseable", *_LINT, "--", *map(str, made.files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).strip().splitlines()
    for line in lines:
        print(f"  cfn-lint: {line}")
    return len(lines)


if __name__ == "__main__":
    sys.exit(main())
