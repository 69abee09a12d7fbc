"""The templates depend on the source only: not on the machine, the folder or earlier builds."""

import json
import shutil
import subprocess
from pathlib import Path

from tests.conftest import ROOT
from tests.synthesis import Template, run_app


def _copy_of_the_tree(folder: Path) -> Path:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().strip("\0").split("\0"):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder


def test_a_copy_in_another_folder_gives_the_same_templates(
    template: Template, assemblies: Path, tmp_path: Path
) -> None:
    copy = _copy_of_the_tree(tmp_path / "copy")
    shutil.copyfile(assemblies / "dev" / "cdk.json", copy / "cdk.json")
    out = tmp_path / "out"
    synth = run_app(out, folder=copy)
    assert synth.returncode == 0, synth.stderr
    for name, document in template.documents.items():
        assert json.loads((out / f"{name}.template.json").read_text()) == document
    shutil.rmtree(tmp_path)
