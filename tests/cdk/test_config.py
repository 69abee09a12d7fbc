"""A stage's settings come from the command line, from cdk.json, or from its defaults."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cdk import config
from contracts.sites import SiteSettings
from tests.cdk.context_node import CERTIFICATE, PROD, PROD_SETTINGS, context_node
from tests.conftest import ROOT


def test_a_stage_without_settings_has_its_defaults() -> None:
    sites = {"siteMain": SiteSettings(prevalence=0.2)}
    assert config.read_stage(context_node()) == replace(config.DEV, sites=sites)


def test_a_setting_for_both_stages_is_read() -> None:
    node = context_node(alarm_email="all@xray.example")
    assert config.read_stage(node).alarm_email == "all@xray.example"


def test_in_prod_somebody_is_told_of_alarms_unless_none_is_written() -> None:
    lists = {"alarm_page_addresses": "https://calls.example/k,a@b.example,a@b.example"}
    stage = config.read_stage(context_node(**PROD, **lists))
    assert (stage.alarm_email, stage.alarm_ticket_addresses) == ("", ())
    assert stage.alarm_page_addresses == ("https://calls.example/k", "a@b.example")
    both = {**PROD, **lists, "alarm_email": None, "alarm_ticket_addresses": ["c@d.example"]}
    assert config.read_stage(context_node(**both)).alarm_ticket_addresses == ("c@d.example",)


def test_what_is_given_by_hand_goes_before_the_stages_own_setting() -> None:
    file = {"prod": PROD_SETTINGS}
    node = context_node(**file, stage="prod", facts_retention_days="3650")
    assert config.read_stage(node, file=file).facts_retention_days == 3650


def test_the_command_line_sets_what_a_stage_has_in_the_file(tmp_path: Path) -> None:
    """As `cdk -c facts_retention_days=3650` does: in its own words, by the real app."""
    hand = {"stage": "prod", "facts_retention_days": "36501"}
    run = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, "CDK_CONTEXT_JSON": json.dumps(hand), "CDK_OUTDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Context 'facts_retention_days' is '36501'; allowed are: days" in run.stderr


@pytest.mark.parametrize(
    "name",
    [
        "@aws-cdk/core:anything",
        "aws:cdk:anything",
        "ssm:account=1:parameterName=x",
        "cli-telemetry",
    ],
)
def test_names_of_the_cdk_itself_are_no_settings(name: str) -> None:
    assert config.read_stage(context_node(**{name: "x"})).name == "dev"


def test_another_stages_setting_is_not_read() -> None:
    assert (
        config.read_stage(context_node(prod={"alarm_email": "prod@xray.example"})).alarm_email == ""
    )


def test_settings_of_the_command_line_are_read_from_text() -> None:
    settings = {"endpoint": "gpu", "endpoint_instances": "2,3", "hospital_cidrs": "192.0.2.0/24"}
    stage = config.read_stage(context_node(**settings, threat_protection="true"))
    assert stage.endpoint_instance_type == "ml.g4dn.xlarge"
    assert stage.endpoint_instances == (2, 3)
    assert stage.hospital_cidrs == ("192.0.2.0/24",)
    assert stage.threat_protection is True


def test_an_endpoint_with_a_schedule_has_an_instance_type() -> None:
    stage = config.read_stage(context_node(endpoint="schedule"))
    assert (stage.endpoint_instance_type, stage.endpoint_is_scheduled) == ("ml.g4dn.xlarge", True)
    assert not config.read_stage(context_node(endpoint="gpu")).endpoint_is_scheduled


def test_no_endpoint_has_no_instance_type() -> None:
    assert config.read_stage(context_node(**PROD, endpoint="none")).endpoint_instance_type == ""


def test_a_domain_comes_with_its_certificate() -> None:
    stage = config.read_stage(
        context_node(domain_name="xray.example.org", certificate_arn=CERTIFICATE)
    )
    assert (stage.domain_name, stage.certificate_arn) == ("xray.example.org", CERTIFICATE)
