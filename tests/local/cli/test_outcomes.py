"""`make outcomes` works on the running system, and the overview counts what it has stored."""

import time
from pathlib import Path

import requests
from PIL import Image

from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_png_with_comment
from reliability.api_client import ApiClient
from tests.local.cli.running_commands import run_command
from tests.running_system import RunningSystem


def count_outcomes(system: RunningSystem) -> int:
    headers = system.auth_headers("admin@north.example")
    overview = requests.get(f"{system.url}/v1/overview", headers=headers, timeout=30).json()
    return sum(sum(day["later_verdicts"].values()) for day in overview["days"])


def test_an_outcome_is_shown_and_counted(system: RunningSystem, tmp_path: Path) -> None:
    client = ApiClient(system)
    content = encode_png_with_comment(Image.fromarray(draw_phantom()), "with an outcome")
    created = client.create_radiograph("outcome.png", content, key="outcome")
    client.upload(created, content)
    radiograph = created.radiograph.id
    for _ in range(300):
        if client.is_answered(radiograph):
            break
        time.sleep(0.1)
    before = count_outcomes(system)
    table = tmp_path / "outcomes.csv"
    table.write_text(f"film,finding,source,date\n{radiograph},no_pneumonia,ct,2026-11-02\n")
    for words in ("1 outcome stored.", "All of it is stored already: nothing has changed."):
        result = run_command(system, "outcomes", "siteNorth", str(table))
        assert (result.returncode, words in result.stdout) == (0, True), result
    view = client.fetch_radiograph(radiograph)
    assert view is not None
    assert [each.by for each in view.outcomes] == ["operator"]
    assert count_outcomes(system) == before + 1
    refused = run_command(system, "outcomes", "siteSouth", str(table))
    assert refused.returncode == 1
    assert "siteSouth" in refused.stderr
