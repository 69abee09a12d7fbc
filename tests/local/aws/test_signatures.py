"""The local S3 holds a link and a form to what was signed, as S3 does."""

import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config

from local.settings import REGION
from reliability.attack.signature_changes import FORM_CHANGES, LINK_CHANGES, Fields
from tests.local.aws.test_persistent_s3 import create_bucket

# Also the characters that addresses encode in more than one way.
KEY = "folder/a b+c~ü.png"


@pytest.fixture(scope="module")
def bucket(s3: Any) -> str:
    name = create_bucket(s3)
    for key in (KEY, "other"):
        s3.put_object(Bucket=name, Key=key, Body=b"content")
    return name


@pytest.fixture
def link(s3: Any, bucket: str) -> str:
    return sign(s3, bucket)


def sign(s3: Any, bucket: str, **options: Any) -> str:
    values = {"Bucket": bucket, "Key": KEY, "ResponseContentType": "image/png; a=b c"}
    return str(s3.generate_presigned_url("get_object", Params=values, **options))


def test_a_signed_link_leads_to_the_object(link: str) -> None:
    assert requests.get(link).content == b"content"
    assert requests.get(link, headers={"Range": "bytes=0-2"}).content == b"con"


CHANGES = {
    **LINK_CHANGES,
    "another object": lambda link: link.replace("folder/a%20b%2Bc~%C3%BC.png", "other"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_link_that_was_changed_leads_nowhere(link: str, change: Callable[[str], str]) -> None:
    changed = change(link)
    assert changed != link
    response = requests.get(changed)
    assert (response.status_code, b"content" in response.content) == (403, False)


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "POST"])
def test_a_link_is_for_one_method(link: str, method: str) -> None:
    assert requests.request(method, link, data=b"1").status_code == 403
    assert requests.get(link).content == b"content"


def test_a_link_expires(s3: Any, bucket: str) -> None:
    link = sign(s3, bucket, ExpiresIn=1)
    time.sleep(2.1)
    assert requests.get(link).status_code == 403


def test_a_link_of_another_secret_leads_nowhere(s3: Any, bucket: str) -> None:
    session = boto3.Session("local", "other", region_name=REGION)
    config = Config(signature_version="s3v4")
    other = session.client("s3", endpoint_url=s3.meta.endpoint_url, config=config)
    assert requests.get(sign(other, bucket)).status_code == 403


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "POST"])
@pytest.mark.parametrize("path", ["", "/other", "?delete", "?versions"])
def test_without_a_signature_nothing_is_read_or_changed(
    s3: Any, bucket: str, method: str, path: str
) -> None:
    url = f"{s3.meta.endpoint_url}/{bucket}{path}"
    assert requests.request(method, url, data=b"1").status_code == 403
    assert s3.get_object(Bucket=bucket, Key="other")["Body"].read() == b"content"


def test_what_resets_the_storage_is_not_open(s3: Any, bucket: str) -> None:
    assert requests.post(f"{s3.meta.endpoint_url}/moto-api/reset").status_code == 403


@pytest.mark.parametrize("change", FORM_CHANGES.values(), ids=FORM_CHANGES)
def test_a_form_that_was_changed_takes_nothing(s3: Any, change: Callable[[Fields], Fields]) -> None:
    name = create_bucket(s3)
    form = s3.generate_presigned_post(name, "k")
    fields = change(form["fields"])
    response = requests.post(form["url"], data=fields, files={"file": b"1"})
    assert response.status_code in (400, 403)
    assert "Contents" not in s3.list_objects_v2(Bucket=name)


@pytest.mark.parametrize("end", ["?key=evil", "?delete", "/evil"])
def test_a_form_goes_to_its_bucket_only(s3: Any, end: str) -> None:
    name, other = create_bucket(s3), create_bucket(s3)
    form = s3.generate_presigned_post(name, "k")
    for url in (form["url"] + end, form["url"].replace(name, other)):
        assert requests.post(url, data=form["fields"], files={"file": b"1"}).status_code == 403
    for bucket in (name, other):
        assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


@pytest.mark.parametrize(("value", "status"), [("image/png", 204), ("text/html", 403), (None, 403)])
def test_a_form_keeps_to_each_condition(s3: Any, value: str | None, status: int) -> None:
    name = create_bucket(s3)
    conditions = [["starts-with", "$Content-Type", "image/"]]
    form = s3.generate_presigned_post(name, "k", Conditions=conditions)
    fields = {**form["fields"], **({"Content-Type": value} if value else {})}
    response = requests.post(form["url"], data=fields, files={"file": b"1"})
    assert response.status_code == status
