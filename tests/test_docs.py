"""The docs name every command, setting and metric, and only what exists."""

import re

import botocore.session
import pytest
from botocore import xform_name

from bundles.function_definitions import FUNCTIONS, SCREENING_FUNCTION
from cdk.setting_names import SETTINGS
from contracts.metrics import Metric
from contracts.queue import CLOUD_VISIBILITY_FACTOR
from lambdas import cache, clients
from tests.conftest import ROOT

REFERENCE = (ROOT / "docs" / "reference.md").read_text()
TARGETS = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("target", TARGETS)
def test_a_make_target_is_in_the_reference(target: str) -> None:
    assert f"| `{target}` |" in REFERENCE


def test_the_reference_names_no_other_target() -> None:
    section = REFERENCE.split("## Settings")[0]
    assert re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE) == TARGETS


@pytest.mark.parametrize("variable", sorted({v for f in FUNCTIONS for v in f.environment}))
def test_a_functions_variable_is_in_the_reference(variable: str) -> None:
    assert f"`{variable}`" in REFERENCE


@pytest.mark.parametrize("metric", Metric)
def test_a_metric_is_in_the_reference(metric: Metric) -> None:
    assert f"| `{metric}` |" in REFERENCE


def test_the_readme_opens_with_the_two_commands() -> None:
    first = (ROOT / "README.md").read_text().split("## ")[0]
    assert "make run" in first
    assert "make test" in first


PAGES = ["README.md", *(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES)
def test_a_link_leads_to_a_file(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\((?!http)([^)#]+)", path.read_text()):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES)
def test_a_make_target_that_is_named_is_there(page: str) -> None:
    targets = set(re.findall(r"\bmake ([a-z][a-z-]+)\b(?= STAGE|`)", (ROOT / page).read_text()))
    assert targets <= set(TARGETS)


def test_each_setting_of_a_stage_is_in_the_deploy_page_and_no_other() -> None:
    section = (ROOT / "docs" / "deploy.md").read_text().split("## Settings")[1].split("## ")[0]
    settings = re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE)
    assert sorted(settings) == sorted([*SETTINGS, "stage"])


_AWS_COMMAND = re.compile(r"`aws ([a-z-]+) ([a-z-]+)((?:\s[^`]+)?)`")
_AWS_COMMANDS = [
    match
    for page in PAGES
    for match in _AWS_COMMAND.findall((ROOT / page).read_text())
    if match[0] not in ("s3", "sso")  # Commands of the command line's own.
]


@pytest.mark.parametrize(("service", "operation", "arguments"), _AWS_COMMANDS)
def test_a_command_of_aws_has_the_options_that_are_named(
    service: str, operation: str, arguments: str
) -> None:
    model = botocore.session.get_session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(operations[operation]).input_shape
    assert shape
    names = {f"--{xform_name(name, '-')}" for name in shape.members}
    assert set(re.findall(r"--[a-z-]+", arguments)) <= names


def test_a_new_token_of_redis_does_not_wait_for_the_maintenance_window() -> None:
    commands = [match for match in _AWS_COMMANDS if match[1] == "modify-replication-group"]
    assert commands
    assert all("--apply-immediately" in arguments for _, _, arguments in commands)


def test_the_recovery_times_are_those_of_the_code() -> None:
    page = (ROOT / "docs" / "deploy.md").read_text()
    section = page.split("**Disaster.**")[1].split("**Remove a stage.**")[0]
    hidden_minutes = CLOUD_VISIBILITY_FACTOR * SCREENING_FUNCTION.timeout_seconds // 60
    assert f"after {hidden_minutes} and {2 * hidden_minutes} minutes" in section
    assert f"after {clients._ENDPOINT.read_timeout} seconds" in section  # type: ignore[attr-defined]
    assert (cache._READ_SECONDS, cache._BREAK_SECONDS) == (0.5, 5)
    assert "a call waits half a second at most, then Redis is left alone for 5 seconds" in section
