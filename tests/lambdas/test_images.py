"""The first version of an upload is screened; a link to an image stays the same for a while."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from contracts import keys
from lambdas import clock
from lambdas.images import ImageStore
from tests.lambdas.calls import Api, Aws


def test_the_first_of_more_than_a_thousand_versions_wins(aws: Aws, api: Api) -> None:
    """S3 lists 1,000 versions a page; here 2, since moto takes seconds for a thousand puts."""
    radiograph = api.create()
    for number in range(5):
        aws.upload(radiograph, f"version {number}".encode())
    aws.s3.put_object(Bucket="pictures", Key=f"{keys.incoming(radiograph)}-other", Body=b"x")

    def page_of_two(params: dict[str, object], **_: object) -> None:
        params["MaxKeys"] = 2

    aws.s3.meta.events.register("before-parameter-build.s3.ListObjectVersions", page_of_two)
    file = ImageStore(aws.s3, "pictures").read_first_upload(radiograph)
    assert file is not None
    assert file.content == b"version 0"
    assert file.sha256 == hashlib.sha256(b"version 0").hexdigest()


@pytest.fixture
def set_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Sets botocore's clock and ours to a full hour and a time after it."""
    hour = datetime(2026, 11, 28, 9, tzinfo=UTC)

    def set_time(after: timedelta) -> None:
        monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: hour + after)
        monkeypatch.setattr(clock, "now", lambda: hour + after)

    return set_time


def test_a_link_is_the_same_for_ten_minutes(
    aws: Aws, set_time: Callable[[timedelta], None]
) -> None:
    images = ImageStore(aws.s3, "pictures")
    links = []
    for seconds in (0, 599, 600, 1199):
        set_time(timedelta(seconds=seconds))
        links.append(images.sign_link("radiographs/a/rendition.png"))
    assert links[0] == links[1] != links[2] == links[3]
    assert images.sign_link("radiographs/b/rendition.png") not in links


def test_a_link_by_a_clock_that_was_wrong_is_not_used_again(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = ImageStore(aws.s3, "pictures")
    link = images.sign_link("radiographs/a/rendition.png")
    monkeypatch.setattr(clock, "seconds_ahead", lambda: 3600)
    assert images.sign_link("radiographs/a/rendition.png") != link
