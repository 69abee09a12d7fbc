"""`make recalibrate` works on the running system, and says what is missing."""

import requests

from tests.local.cli.running_commands import run_command
from tests.running_system import RunningSystem

SOUTH = "doctor@south.example"


def read_settings(system: RunningSystem, email: str) -> dict[str, object]:
    headers = system.auth_headers(email)
    response = requests.get(f"{system.url}/v1/settings", headers=headers, timeout=30)
    response.raise_for_status()
    version: dict[str, object] = response.json()
    return version


def test_too_few_reviews_are_said(system: RunningSystem) -> None:
    read_settings(system, SOUTH)
    result = run_command(system, "recalibrate", "siteSouth")
    assert result.returncode == 1
    assert result.stderr.startswith("At least 30 reviewed films of children are needed")


def test_an_undo_is_a_version_of_the_operator(system: RunningSystem) -> None:
    administrator = system.auth_headers("admin@north.example")
    first = read_settings(system, "doctor@north.example")
    change = {"replaces": first["number"], "prevalence": 0.4}
    url = f"{system.url}/v1/settings/versions"
    requests.post(url, json=change, headers=administrator, timeout=30).raise_for_status()
    result = run_command(system, "recalibrate", "siteNorth", "--undo")
    assert (result.returncode, result.stderr) == (0, "")
    newest = read_settings(system, "doctor@north.example")
    assert (newest["by"], newest["settings"]) == ("operator", first["settings"])


def test_an_unknown_site_is_named(system: RunningSystem) -> None:
    result = run_command(system, "recalibrate", "siteWest")
    assert result.returncode == 1
    assert result.stderr.startswith("SITE=siteWest has no settings yet")
