"""`make prices` takes a price from AWS's list only where the list has exactly one."""

import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from deploy import price_list
from deploy.price_list import Query, format_document, read_queries, update
from deploy.prices import FILE, Price

NAT = Query(name="nat_gateway_hour", service="AmazonEC2", usage_type="NatGateway-Hours")
BEFORE = {"amount": 0.05, "unit": "hour", "unverified": True}


def build_product(usage_type: str, *amounts: str) -> str:
    """A product as the list has it; each amount is a tier of a thousand."""
    tiers = {
        f"code.{number}": {"beginRange": str(1000 * number), "pricePerUnit": {"USD": amount}}
        for number, amount in enumerate(amounts)
    }
    return json.dumps(
        {
            "product": {"attributes": {"usagetype": usage_type}},
            "terms": {"OnDemand": {"term": {"priceDimensions": tiers}}, "Reserved": {}},
            "publicationDate": "2026-11-20T21:30:29Z",
        }
    )


def ask(*pages: list[str], query: Query = NAT, before: dict[str, Any] = BEFORE) -> Any:
    """The price after the update, and what is missing; botocore checks requests and answers."""
    client = boto3.client(
        "pricing", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    prices = {query.name: dict(before)}
    document: dict[str, Any] = {"region": "us-east-1", "currency": "USD", "prices": prices}
    place = {"Type": "TERM_MATCH", "Field": "regionCode", "Value": "us-east-1"}
    expected: dict[str, Any] = {
        "ServiceCode": query.service,
        "Filters": [place],
        "FormatVersion": "aws_v1",
    }
    with Stubber(client) as stub:
        for number, page in enumerate(pages):
            request = {**expected, **({"NextToken": str(number)} if number else {})}
            more = {"NextToken": str(number + 1)} if number + 1 < len(pages) else {}
            stub.add_response("get_products", {"PriceList": page, **more}, request)
        missing = update(document, client, [query])
        stub.assert_no_pending_responses()
    return document["prices"][query.name], missing


def test_a_price_of_the_list_has_the_list_as_its_source() -> None:
    others = [build_product("NatGateway-Hours-Regional", "0.07"), build_product("Other", "1")]
    price, missing = ask(others, [build_product("USE1-NatGateway-Hours", "0.0450000000")])
    assert missing == []
    assert price == {
        "amount": 0.045,
        "unit": "hour",
        "source": "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonEC2/current/index.json",
        "date": "2026-11-20",
    }
    assert Price(**price).is_from_list


@pytest.mark.parametrize("prefix", ["", "EUC1-", "USE1-", "us-east-1-"])
def test_the_region_before_a_usage_type_does_not_count(prefix: str) -> None:
    price, _ = ask([build_product(f"{prefix}NatGateway-Hours", "0.06")])
    assert price["amount"] == 0.06


def test_free_tiers_and_discounts_do_not_count() -> None:
    price, _ = ask([build_product("NatGateway-Hours", "0.0000", "0.045", "0.04")])
    assert price["amount"] == 0.045


def test_what_the_list_does_not_have_stays_and_is_named() -> None:
    price, missing = ask([build_product("NatGateway-Bytes", "0.045")])
    assert price == BEFORE
    assert missing == ["nat_gateway_hour: AmazonEC2 has nothing for NatGateway-Hours."]


def test_of_two_prices_none_is_taken() -> None:
    usage_types = ("NatGateway-Hours", "USE1-NatGateway-Hours")
    products = [build_product(each, f"0.0{n}") for n, each in enumerate(usage_types, start=4)]
    price, [sentence] = ask(products)
    assert price == BEFORE
    assert "has NatGateway-Hours, USE1-NatGateway-Hours for" in sentence


def test_a_price_of_another_unit_is_not_taken() -> None:
    price, [sentence] = ask([build_product("NatGateway-Hours", "32.85")])
    assert price == BEFORE
    assert "has 32.85, which is far from 0.05" in sentence


def test_each_price_of_the_file_has_a_query() -> None:
    document = json.loads(FILE.read_text())
    assert {query.name for query in read_queries()} == document["prices"].keys()


def test_the_file_is_written_as_it_is_read() -> None:
    text = FILE.read_text()
    assert json.loads(format_document(json.loads(text))) == json.loads(text)


def test_without_credentials_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setattr("sys.argv", ["price_list"])
    boto3.DEFAULT_SESSION = None
    before = FILE.read_text()
    assert price_list.main() == 2
    assert (
        "AWS's price list cannot be read: Unable to locate credentials" in capsys.readouterr().err
    )
    assert FILE.read_text() == before
