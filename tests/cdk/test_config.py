"""A wrong setting stops the synth with a sentence that names it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from constructs import Node, RootConstruct

from cdk import config
from cdk.config import ConfigurationError
from contracts.sites import SiteSettings
from tests.synthesis import run_app

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/0f1e2d3c"
PROD = {"stage": "prod", "facts_retention_days": 2190}
SITES = {"siteMain": {"prevalence": 0.2}}


def _node(**context: object) -> Node:
    node = RootConstruct().node
    for key, value in {"sites": SITES, **context}.items():
        node.set_context(key, value)
    return node


def test_an_unknown_stage_is_named_with_the_stages_there_are(tmp_path: Path) -> None:
    synth = run_app(tmp_path, stage="qa")
    assert synth.returncode == 1
    assert synth.stderr.strip() == "Context 'stage' is 'qa'; allowed are: dev, prod."
    assert not list(tmp_path.iterdir())


def test_a_stage_without_settings_has_its_defaults() -> None:
    sites = {"siteMain": SiteSettings(prevalence=0.2)}
    assert config.read_stage(_node()) == replace(config.DEV, sites=sites)


def test_a_stages_own_setting_goes_before_the_one_for_all() -> None:
    node = _node(dev={"alarm_email": "dev@xray.example"}, alarm_email="all@xray.example")
    assert config.read_stage(node).alarm_email == "dev@xray.example"


def test_another_stages_setting_is_not_read() -> None:
    assert config.read_stage(_node(prod={"alarm_email": "prod@xray.example"})).alarm_email == ""


def test_settings_of_the_command_line_are_read_from_text() -> None:
    settings = {"endpoint": "gpu", "endpoint_instances": "2,3", "hospital_cidrs": "192.0.2.0/24"}
    stage = config.read_stage(_node(**settings, threat_protection="true"))
    assert stage.endpoint_instance_type == "ml.g4dn.xlarge"
    assert stage.endpoint_instances == (2, 3)
    assert stage.hospital_cidrs == ("192.0.2.0/24",)
    assert stage.threat_protection is True


def test_no_endpoint_has_no_instance_type() -> None:
    assert config.read_stage(_node(**PROD, endpoint="none")).endpoint_instance_type == ""


def test_a_domain_comes_with_its_certificate() -> None:
    stage = config.read_stage(_node(domain_name="xray.example.org", certificate_arn=CERTIFICATE))
    assert (stage.domain_name, stage.certificate_arn) == ("xray.example.org", CERTIFICATE)


WRONG = [
    ({"alarm_email": "nobody"}, "Context 'alarm_email' is 'nobody'; allowed are: an e-mail"),
    ({"region": "Virginia"}, "Context 'region' is 'Virginia'; allowed are: names of AWS"),
    ({"time_zone": "Mars"}, "Context 'time_zone' is 'Mars'; allowed are: IANA"),
    ({"endpoint": "cpu"}, "Context 'endpoint' is 'cpu'; allowed are: gpu, none."),
    (
        {"endpoint": "gpu", "instance_type": "ml.m5.large"},
        "Context 'instance_type' is 'ml.m5.large'; allowed are: types with one GPU: ml.g4dn",
    ),
    ({**PROD, "region": "il-central-1"}, "Context 'region' is 'il-central-1'; allowed are: for an"),
    ({"endpoint_instances": "0,2"}, "Context 'endpoint_instances' is '('0', '2')'"),
    ({"endpoint_instances": [1]}, "Context 'endpoint_instances' is '('1',)'"),
    (
        {"stage": "prod"},
        "Context 'facts_retention_days' is not set; allowed are: days under Object Lock, 1 to",
    ),
    ({**PROD, "facts_retention_days": 0}, "Context 'facts_retention_days' is '0'; allowed are:"),
    ({"threat_protection": "perhaps"}, "Context 'threat_protection' is 'perhaps'; allowed are:"),
    ({"sites": {"north": {}}}, "Context 'sites' is '{'north': {}}'; allowed are: names as in"),
    ({"sites": {}}, "Context 'sites' is '{}'"),
    ({**PROD, "sites": None}, "Context 'sites' is not set; allowed are: sites as in"),
    (
        {"sites": {"siteNorth": {"age_policy": "show"}}},
        "Context 'prevalence' is not set; allowed are: for siteNorth, the share of pneumonia",
    ),
    ({"sites": {"siteNorth": {"prevalence": 2}}}, "Context 'siteNorth' is '{'prevalence': 2}'"),
    ({"sites": {"siteNorth": {"prevalence": 0.1, "slope": 9}}}, "Context 'siteNorth' is"),
    ({"sites": {"siteNorth": {"prevalence": 0.1, "age_policy": "hide"}}}, "Context 'siteNorth' is"),
    (
        {"sites": {"siteNorth": {"prevalence": 0.1, "withhold_outside_age": True}}},
        "Context 'withhold_outside_age' is 'True'; allowed are: for siteNorth, its new name "
        "'age_policy'",
    ),
    ({"domain_name": "xray"}, "Context 'domain_name' is 'xray'; allowed are: a domain such as"),
    (
        {"domain_name": "xray.example.org"},
        "Context 'certificate_arn' is not set; allowed are: the ARN of an issued certificate in "
        "us-east-1, for xray.example.org.",
    ),
    (
        {
            "domain_name": "xray.example.org",
            "certificate_arn": CERTIFICATE.replace("us-east-1", "eu-west-1"),
        },
        "Context 'certificate_arn' is 'arn:aws:acm:eu-west-1:",
    ),
    ({"hospital_cidrs": "10.0.0.1/8"}, "Context 'hospital_cidrs' is '10.0.0.1/8'; allowed are:"),
    ({"zones": "us-east-1a"}, "Context 'zones' is '('us-east-1a',)'; allowed are: two zones"),
    ({"zones": "us-east-1a,us-west-2b"}, "Context 'zones' is"),
    ({"hospital_cidrs": "0.0.0.0/0"}, "Context 'hospital_cidrs' is '0.0.0.0/0'; allowed are:"),
    ({"vpc_cidr": "10.0.0.0"}, "Context 'public_cidrs' is '10.0.1.0/24'; allowed are: networks in"),
    ({"private_cidrs": "10.0.2.0/24"}, "Context 'private_cidrs' is '('10.0.2.0/24',)'; allowed"),
    ({"private_cidrs": "10.0.1.0/24,10.0.4.0/24"}, "Context 'private_cidrs' is '10.0.1.0/24'"),
    ({"dev": {"instnce_type": "ml.g5.xlarge"}}, "Context 'dev' is 'instnce_type'; allowed are:"),
    ({"dev": "small"}, "Context 'dev' is 'small'; allowed are: an object of settings."),
]


@pytest.mark.parametrize(("context", "sentence"), WRONG)
def test_a_wrong_setting_is_named_with_its_value_and_what_is_allowed(
    context: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        config.read_stage(_node(**context))
    assert str(raised.value).startswith(sentence)
    assert str(raised.value).endswith(".")
