"""The estimate follows the templates, and states the share of unverified prices."""

import json
from typing import Any

import pytest

from deploy import cost_table
from deploy.costs import Line, Templates, estimate
from deploy.errors import DeployError
from deploy.prices import Price, find_price
from tests.conftest import ROOT
from tests.synthesis import Template


def one(kind: str, **properties: object) -> dict[str, dict[str, Any]]:
    resource = {"Type": kind, "Properties": properties}
    return {"stack": {"Resources": {"One": resource}}}


def lines(templates: Templates, day: int = 100) -> dict[str, Line]:
    costs = estimate(templates, radiographs_a_day=day)
    return {line.name: line for line in costs.lines}


def test_each_nat_gateway_is_paid_for_all_hours() -> None:
    assert lines(one("AWS::EC2::NatGateway"))["NAT gateways"].dollars == pytest.approx(32.85)


def test_an_interface_endpoint_is_paid_in_each_zone() -> None:
    templates = one("AWS::EC2::VPCEndpoint", VpcEndpointType="Interface", SubnetIds=["a", "b"])
    assert lines(templates)["interface endpoints"].quantity == 2 * 730


def test_the_endpoint_is_paid_by_its_schedule(prod: Template) -> None:
    by_template = lines(prod.documents)["endpoint"]
    assert by_template.price == "ml.g4dn.xlarge_hour"
    assert by_template.quantity == pytest.approx(730)


def test_ten_times_the_x_rays_cost_more_and_not_ten_times(template: Template) -> None:
    small, large = (
        estimate(template.documents, radiographs_a_day=n).dollars for n in (1_000, 10_000)
    )
    assert small < large < 10 * small


def test_an_instance_that_nobody_priced_is_named() -> None:
    variant = {"InstanceType": "ml.g6.48xlarge", "InitialInstanceCount": 1}
    templates = one("AWS::SageMaker::EndpointConfig", ProductionVariants=[variant])
    with pytest.raises(DeployError, match=r"no price for ml\.g6\.48xlarge_hour"):
        _ = estimate(templates, radiographs_a_day=100).dollars


@pytest.mark.parametrize("name", json.loads((ROOT / "deploy/prices.json").read_text())["prices"])
def test_each_price_has_a_source_and_its_date_or_is_marked(name: str) -> None:
    price = find_price(name)
    assert price.unverified or (price.source.startswith("https://") and price.date)


def test_a_price_from_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="or is marked unverified"):
        Price(amount=1.0, unit="hour")


def test_the_text_says_its_unverified_share(template: Template) -> None:
    costs = estimate(template.documents, radiographs_a_day=1_000)
    assert 0 < costs.unverified_share < 1
    assert costs.text().endswith(f"{costs.unverified_share:.0%} of it unverified")


def test_the_page_has_the_table_that_the_code_makes(
    prod: Template,
    prod_without_endpoint: Template,
    domain_template: Template,
    template: Template,
) -> None:
    templates = [prod, prod_without_endpoint, domain_template, template]
    documents = [each.documents for each in templates]
    table = cost_table.build_table(dict(zip(cost_table.ROWS, documents, strict=True)))
    assert cost_table.read_table() == table


def test_a_stage_that_trains_nobody_pays_for_no_nat(
    template: Template, domain_template: Template
) -> None:
    names = {"NAT gateways", "public addresses", "NAT traffic"}
    assert not names & lines(template.documents).keys()
    assert names <= lines(domain_template.documents).keys()
