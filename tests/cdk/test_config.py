"""A context that no stage can be built from stops synth with a sentence."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_an_unknown_stage_is_named_with_the_stages_there_are(tmp_path):
    context = {"CDK_CONTEXT_JSON": json.dumps({"stage": "qa"}), "CDK_OUTDIR": str(tmp_path)}
    synth = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, **context},
        capture_output=True,
        text=True,
        check=False,
    )
    assert synth.returncode == 1
    assert synth.stderr.strip() == "Context 'stage' is 'qa'; allowed are: dev, prod."
    assert not list(tmp_path.iterdir())
