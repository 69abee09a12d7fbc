"""A wrong setting stops the synth with a sentence that names it."""

from pathlib import Path
from typing import Any

import pytest

import app
from cdk import config
from cdk.config import ConfigurationError
from tests.cdk.context_node import CERTIFICATE, PROD, PROD_SETTINGS, context_node


def test_an_unknown_stage_is_named_with_the_stages_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, out = tmp_path / "cdk.json", tmp_path / "out"
    settings.write_text('{"context": {"stage": "qa"}}')
    monkeypatch.setenv("CDK_OUTDIR", str(out))
    with pytest.raises(SystemExit) as error:
        app.main(settings)
    assert error.value.code == "Context 'stage' is 'qa'; allowed are: dev, prod."
    assert not list(out.iterdir())


def test_a_setting_for_both_stages_beside_a_stages_own_is_refused() -> None:
    """Otherwise nobody could tell it from one that is given by hand."""
    file = {"region": "eu-west-1", "dev": {"region": "us-east-1"}}
    with pytest.raises(ConfigurationError) as raised:
        config.read_stage(context_node(**file), file=file)
    assert str(raised.value).startswith(
        "Context 'region' is set in 'dev', and for both stages. Keep one of them"
    )
    assert config.read_stage(context_node(**file, stage="prod", prod=PROD_SETTINGS), file=file)


WRONG = [
    (
        {**PROD, "alarm_email": None},
        "Context 'alarm_email' is not set; allowed are: an e-mail address, or none if nobody",
    ),
    (
        {**PROD, "alarm_email": None, "alarm_page_addresses": "a@hospital.example"},
        "Context 'alarm_email' is not set; allowed are: an e-mail address, or none if nobody",
    ),
    (
        {"alarm_page_addresses": ["http://calls.example"]},
        "Context 'alarm_page_addresses' is 'http://calls.example'; allowed are: e-mail addresses",
    ),
    (
        {"alarm_ticket_addresses": "https://me:key@calls.example"},
        "Context 'alarm_ticket_addresses' is 'https://me:key@calls.example'; allowed are:",
    ),
    ({"alarm_email": True}, "Context 'alarm_email' is 'true'; allowed are: an e-mail"),
    ({"alarm_email": "nobody"}, "Context 'alarm_email' is 'nobody'; allowed are: an e-mail"),
    ({"region": "Virginia"}, "Context 'region' is 'Virginia'; allowed are: names of AWS"),
    (
        {"container_image": "2.20:gpu"},
        "Context 'container_image' is '2.20:gpu'; allowed are: a tag such as 2.20-gpu-",
    ),
    ({"container_image": "sha256:0f"}, "Context 'container_image' is 'sha256:0f'; allowed are:"),
    ({"time_zone": "Mars"}, "Context 'time_zone' is 'Mars'; allowed are: IANA"),
    ({"endpoint": "cpu"}, "Context 'endpoint' is 'cpu'; allowed are: gpu, schedule, none."),
    (
        {"endpoint": "gpu", "instance_type": "ml.m5.large"},
        "Context 'instance_type' is 'ml.m5.large'; allowed are: types with one GPU: ml.g4dn",
    ),
    ({**PROD, "region": "il-central-1"}, "Context 'region' is 'il-central-1'; allowed are: for an"),
    ({"endpoint_instances": "0,2"}, "Context 'endpoint_instances' is '0,2'; allowed"),
    ({"endpoint_instances": [1]}, "Context 'endpoint_instances' is '1'; allowed"),
    (
        {"stage": "prod"},
        "Context 'facts_retention_days' is not set; allowed are: days under Object Lock, 1 to",
    ),
    ({**PROD, "facts_retention_days": 0}, "Context 'facts_retention_days' is '0'; allowed are:"),
    ({"api_gateway_role": "theirs"}, "Context 'api_gateway_role' is 'theirs'; allowed are: own,"),
    (
        {"deletion_protection": "some"},
        "Context 'deletion_protection' is 'some'; allowed are: none,",
    ),
    ({"threat_protection": "perhaps"}, "Context 'threat_protection' is 'perhaps'; allowed are:"),
    ({"sites": {"north": {}}}, "Context 'sites' is '{\"north\": {}}'; allowed are: names as in"),
    ({"sites": {}}, "Context 'sites' is '{}'"),
    (
        {"sites": {"siteCanary": {"prevalence": 0.1}}},
        "Context 'sites' is 'siteCanary'; allowed are: other names than siteCanary",
    ),
    ({**PROD, "sites": None}, "Context 'sites' is not set; allowed are: sites as in"),
    (
        {"sites": {"siteNorth": {"age_policy": "show"}}},
        "Context 'prevalence' is not set; allowed are: for siteNorth, the share of pneumonia",
    ),
    ({"sites": {"siteNorth": {"prevalence": 2}}}, "Context 'siteNorth' is '{\"prevalence\": 2}'"),
    ({"sites": {"siteNorth": {"prevalence": 0.1, "slope": 9}}}, "Context 'siteNorth' is"),
    ({"sites": {"siteNorth": {"prevalence": 0.1, "age_policy": "hide"}}}, "Context 'siteNorth' is"),
    (
        {"sites": {"siteNorth": {"prevalence": 0.1, "withhold_outside_age": True}}},
        "Context 'withhold_outside_age' is 'true'; allowed are: for siteNorth, its new name "
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
    ({"zones": "us-east-1a"}, "Context 'zones' is 'us-east-1a'; allowed are: two zones"),
    ({"zones": "us-east-1a,us-west-2b"}, "Context 'zones' is"),
    ({"hospital_cidrs": "0.0.0.0/0"}, "Context 'hospital_cidrs' is '0.0.0.0/0'; allowed are:"),
    ({"vpc_cidr": "10.0.0.0"}, "Context 'vpc_cidr' is '10.0.0.0'; allowed are: networks from /16"),
    ({"vpc_cidr": "10.1.0.0/16"}, "Context 'private_cidrs' is '10.0.2.0/24'; allowed are:"),
    (
        {"training": "true", "public_cidrs": "10.0.2.0/24,10.0.3.0/24"},
        "Context 'public_cidrs' is '10.0.2.0/24'; allowed are: networks in 10.0.0.0/16 that do not",
    ),
    ({"training": "true", "training_cidrs": "10.0.6.0/24"}, "Context 'training_cidrs' is"),
    ({"training": "often"}, "Context 'training' is 'often'; allowed are: true, false."),
    ({"private_cidrs": "10.0.2.0/24"}, "Context 'private_cidrs' is '10.0.2.0/24'; allowed"),
    ({"private_cidrs": "10.0.2.0/24,10.0.2.0/25"}, "Context 'private_cidrs' is '10.0.2.0/25'"),
    (
        {"dev": {"instnce_type": "ml.g5.xlarge"}},
        "Context 'instnce_type' in 'dev' is no setting; did you mean 'instance_type'?",
    ),
    (
        {"prod": {"retention": 1}, "alarm_emial": "a@b.example"},
        "Context 'alarm_emial' is no setting; did you mean 'alarm_email'?",
    ),
    (
        {"prod": {"regoin": "us-east-1"}},
        "Context 'regoin' in 'prod' is no setting; did you mean 'region'?",
    ),
    ({"qa": {}}, "Context 'qa' is no setting; allowed are: alarm_email, alarm_page_addresses, "),
    (
        {"sites": {"siteNorth": {"prevalence": 0.1, "requires_ages": True}}},
        "Context 'requires_ages' in 'siteNorth' is no setting; did you mean 'requires_age'?",
    ),
    (
        {"sites": {"siteNorth": {"prevalence": "0.2"}}},
        "Context 'siteNorth' is '{\"prevalence\": \"0.2\"}'; allowed are:",
    ),
    (
        {**PROD, "facts_retention_days": "six years"},
        "Context 'facts_retention_days' is 'six years'",
    ),
    ({**PROD, "facts_retention_days": True}, "Context 'facts_retention_days' is 'true'; allowed"),
    ({"endpoint_instances": 2}, "Context 'endpoint_instances' is '2'; allowed are: a list, or"),
    ({"endpoint_instances": "two,3"}, "Context 'endpoint_instances' is 'two,3'; allowed are:"),
    ({"hospital_cidrs": {"north": 1}}, "Context 'hospital_cidrs' is '{\"north\": 1}'; allowed are"),
    ({"stage": ["dev"]}, "Context 'stage' is"),
    ({"vpc_cidr": "10.0.0.0/8"}, "Context 'vpc_cidr' is '10.0.0.0/8'; allowed are: networks from"),
    ({"vpc_cidr": "127.0.0.0/16"}, "Context 'vpc_cidr' is '127.0.0.0/16'; allowed are: networks"),
    (
        {"private_cidrs": "10.0.2.0/29,10.0.4.0/29"},
        "Context 'private_cidrs' is '10.0.2.0/29'; allowed are: networks from /16 to /28",
    ),
    ({"dev": "small"}, "Context 'dev' is 'small'; allowed are: an object of settings."),
]


@pytest.mark.parametrize(("context", "sentence"), WRONG)
def test_a_wrong_setting_is_named_with_its_value_and_what_is_allowed(
    context: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        config.read_stage(context_node(**context))
    assert str(raised.value).startswith(sentence)
    assert str(raised.value).endswith((".", "?"))


def test_a_budget_needs_somebody_who_reads_e_mail() -> None:
    addresses = {"alarm_ticket_addresses": "https://calls.example/key"}
    email = {"alarm_email": "all@xray.example"}
    refused: tuple[dict[str, str], ...] = (
        {"monthly_budget": "1000"},
        {"monthly_budget": "1000", **addresses},
        {"monthly_budget": "about 1000", **email},
        {"monthly_budget": "-1", **email},
    )
    for settings in refused:
        with pytest.raises(config.ConfigurationError, match="monthly_budget"):
            config.read_stage(context_node(**settings))
    stage = config.read_stage(context_node(monthly_budget="1000", **email))
    assert (stage.monthly_budget, stage.ticket_emails) == (1000, ["all@xray.example"])
    assert config.read_stage(context_node(**email)).monthly_budget == 0


def test_the_address_of_runbooks_is_one_of_the_web() -> None:
    url = "https://handbook.example/runbooks/"
    assert config.read_stage(context_node(runbook_url=url)).runbook_url == url.rstrip("/")
    with pytest.raises(config.ConfigurationError, match="runbook_url"):
        config.read_stage(context_node(runbook_url="docs/runbooks"))
