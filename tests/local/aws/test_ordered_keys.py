"""A listing of the local S3 looks at the keys of its page, and gives what moto gives."""

from types import SimpleNamespace
from typing import Any

from moto.s3.models import FakeDeleteMarker, FakeKey

from local.aws.ordered_keys import OrderedKeyStore, take_keys
from local.settings import ACCOUNT, REGION
from tests.local.aws.test_persistent_s3 import create_bucket


def build_bucket(count: int) -> Any:
    """A bucket with keys in descending order, half of them in `index/`."""
    bucket = SimpleNamespace(name="bucket", keys=OrderedKeyStore())
    for number in reversed(range(count)):
        folder = "index" if number % 2 else "facts"
        bucket.keys[f"{folder}/{number:06}"] = FakeKey("k", b"", ACCOUNT, REGION)
    return bucket


def test_a_page_takes_the_keys_of_its_page() -> None:
    bucket = build_bucket(200)
    part = take_keys(bucket, "index/", after="index/000050", limit=3)
    assert list(part.keys) == ["index/000051", "index/000053", "index/000055"]


def test_delete_markers_do_not_fill_a_page() -> None:
    bucket = build_bucket(8)
    bucket.keys["index/000001"] = FakeDeleteMarker(key=bucket.keys["index/000001"])
    part = take_keys(bucket, "index/", after="", limit=2)
    assert list(part.keys) == ["index/000001", "index/000003", "index/000005"]


def test_keys_that_come_and_go_stay_in_order() -> None:
    store = OrderedKeyStore()
    for name in ("c", "a", "b"):
        store[name] = FakeKey(name, b"", ACCOUNT, REGION)
    assert list(store.names("")) == ["a", "b", "c"]
    store.pop("b")
    store.setlist("aa", [store["a"]])
    assert list(store.names("")) == ["a", "aa", "c"]
    assert list(store.names("a", after="a")) == ["aa"]


def test_pages_folders_and_versions_are_those_of_s3(s3: Any) -> None:
    bucket = create_bucket(s3)
    for name in ("b/2", "a/1", "b/1", "c", "b/3"):
        s3.put_object(Bucket=bucket, Key=name, Body=b"")
    s3.delete_object(Bucket=bucket, Key="b/2")
    first = s3.list_objects_v2(Bucket=bucket, MaxKeys=2)
    assert [entry["Key"] for entry in first["Contents"]] == ["a/1", "b/1"]
    token = first["NextContinuationToken"]
    second = s3.list_objects_v2(Bucket=bucket, MaxKeys=2, ContinuationToken=token)
    assert [entry["Key"] for entry in second["Contents"]] == ["b/3", "c"]
    assert not second["IsTruncated"]
    folders = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert [entry["Prefix"] for entry in folders["CommonPrefixes"]] == ["a/", "b/"]
    assert [entry["Key"] for entry in folders["Contents"]] == ["c"]
    versions = s3.list_object_versions(Bucket=bucket, Prefix="b/")
    assert [entry["Key"] for entry in versions["Versions"]] == ["b/1", "b/2", "b/3"]
    assert [entry["Key"] for entry in versions["DeleteMarkers"]] == ["b/2"]
