"""Each level of `deletion_protection` protects its stacks, and the user pool with the data."""

import json
from dataclasses import replace

import pytest
from aws_cdk import App, assertions

from cdk.config import PROD
from cdk.data_stack import DataStack
from contracts.sites import SiteSettings
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("level", "data", "service"),
    [("none", False, False), ("data", True, False), ("all", True, True)],
)
def test_a_level_protects_its_stacks(level: str, data: bool, service: bool) -> None:
    stage = replace(PROD, deletion_protection=level)
    assert (stage.protects_data, stage.protects_service) == (data, service)


@pytest.mark.parametrize(("level", "state"), [("none", "INACTIVE"), ("data", "ACTIVE")])
def test_a_failed_first_deploy_can_remove_the_data_stack(level: str, state: str) -> None:
    sites = {"siteMain": SiteSettings(prevalence=0.2)}
    stage = replace(PROD, deletion_protection=level, facts_retention_days=1, sites=sites)
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    stack = DataStack(App(analytics_reporting=False, context=context), "data", stage=stage)
    assert stack.termination_protection is (level != "none")
    pool = {"DeletionProtection": state}
    assertions.Template.from_stack(stack).has_resource_properties("AWS::Cognito::UserPool", pool)
