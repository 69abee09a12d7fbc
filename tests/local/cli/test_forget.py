"""`make forget` removes a radiograph from the running system, down to the files on its disk."""

import os
import subprocess
import sys
import time
from pathlib import Path

from PIL import Image

from local.aws.resources import FACTS_BUCKET
from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_png_with_comment
from reliability.api_client import ApiClient
from tests.conftest import ROOT
from tests.local.cli.running_commands import run_command
from tests.running_system import RunningSystem

FILE_NAME = "forget-me-2026.png"


def files_with(folder: Path, content: bytes) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and content in path.read_bytes()]


def test_nothing_of_a_forgotten_radiograph_is_left_but_its_facts(system: RunningSystem) -> None:
    client = ApiClient(system)
    comment = "forgotten by its comment"
    content = encode_png_with_comment(Image.fromarray(draw_phantom()), comment)
    created = client.create_radiograph(FILE_NAME, content, key="forget-me")
    client.upload(created, content)
    radiograph = created.radiograph.id
    for _ in range(300):
        if client.is_answered(radiograph):
            break
        time.sleep(0.1)
    data = system.settings.data
    assert files_with(data, FILE_NAME.encode())
    result = run_command(system, "forget", radiograph)
    # Its upload form is valid for some minutes: the command asks for a second deletion after them.
    assert result.returncode == 1
    assert "a file may still be uploaded for it" in result.stdout
    deleted = client.fetch_radiograph(radiograph)
    assert deleted is not None and deleted.deletion is not None
    assert (deleted.deletion.by, deleted.file_name, deleted.has_files_left) == (
        "operator",
        "",
        False,
    )
    assert files_with(data, FILE_NAME.encode()) == []
    assert files_with(data, comment.encode()) == []
    facts = system.s3.list_objects_v2(Bucket=FACTS_BUCKET, Prefix=f"facts/{radiograph}/")[
        "Contents"
    ]
    assert len(facts) == 4


def test_an_unknown_radiograph_is_named(system: RunningSystem) -> None:
    result = run_command(system, "forget", "a" * 26)
    assert result.returncode == 1
    assert f"There is no radiograph {'a' * 26}." in result.stdout


def test_without_a_running_system_the_command_says_what_to_do(tmp_path: Path) -> None:
    environment = {**os.environ, "XRAY_LOCAL_DIR": str(tmp_path)}
    result = subprocess.run(
        [sys.executable, "-m", "local.cli.forget", "a" * 26],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert result.stderr.strip().endswith("Start it first: make run")
