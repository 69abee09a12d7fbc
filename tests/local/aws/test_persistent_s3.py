"""Objects of the local S3 survive the process, and posted forms obey their signed policy."""

import itertools
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from botocore.exceptions import ClientError

from tests.local.conftest import aws_process
from tests.running_system import find_free_ports

_names = itertools.count()


def create_bucket(s3: Any) -> str:
    """Creates a versioned bucket with a new name."""
    name = f"bucket-{next(_names)}"
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def versions(s3: Any, name: str) -> list[tuple[str, bool]]:
    """Returns version ids, newest first, each with whether it is the latest."""
    listing = s3.list_object_versions(Bucket=name)
    entries = [*listing.get("Versions", []), *listing.get("DeleteMarkers", [])]
    entries.sort(key=lambda entry: entry["LastModified"], reverse=True)
    return [(entry["VersionId"], entry["IsLatest"]) for entry in entries]


def contents(s3: Any, name: str) -> list[bytes]:
    listing = s3.list_object_versions(Bucket=name)["Versions"]
    return [
        s3.get_object(Bucket=name, Key=entry["Key"], VersionId=entry["VersionId"])["Body"].read()
        for entry in listing
    ]


def test_objects_survive_a_kill_with_their_versions_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Times on disk are in UTC, wherever the machine is.
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    port = find_free_ports() + 1
    with aws_process(tmp_path, port=port) as s3:
        name = create_bucket(s3)
        for body in (b"first", b"second"):
            s3.put_object(Bucket=name, Key="k", Body=body, ContentType="image/png")
        before = versions(s3, name), contents(s3, name), s3.head_object(Bucket=name, Key="k")
    with aws_process(tmp_path, port=port) as s3:
        after = versions(s3, name), contents(s3, name), s3.head_object(Bucket=name, Key="k")
    for answer in (before[2], after[2]):
        del answer["ResponseMetadata"]
    assert after == before
    assert after[2]["ContentType"] == "image/png"


def test_deletions_survive_a_kill(tmp_path: Path) -> None:
    port = find_free_ports() + 1
    with aws_process(tmp_path, port=port) as s3:
        name = create_bucket(s3)
        s3.put_object(Bucket=name, Key="marked", Body=b"1")
        s3.delete_object(Bucket=name, Key="marked")
        response = s3.put_object(Bucket=name, Key="gone", Body=b"2")
        s3.delete_object(Bucket=name, Key="gone", VersionId=response["VersionId"])
        before = versions(s3, name)
    with aws_process(tmp_path, port=port) as s3:
        assert versions(s3, name) == before
        assert "Contents" not in s3.list_objects_v2(Bucket=name)
        s3.put_object(Bucket=name, Key="gone", Body=b"3", IfNoneMatch="*")
    assert b"2" not in {path.read_bytes() for path in tmp_path.glob("*/*.bytes")}


def test_a_key_that_exists_is_not_written_again_if_none_may_match(s3: Any) -> None:
    name = create_bucket(s3)
    s3.put_object(Bucket=name, Key="once", Body=b"1", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(Bucket=name, Key="once", Body=b"2", IfNoneMatch="*")


def test_a_posted_form_is_answered_by_the_buckets_cors_rule(s3: Any, aws_port: int) -> None:
    name, page = create_bucket(s3), f"http://localhost:{aws_port - 1}"
    rule = {"AllowedOrigins": [page], "AllowedMethods": ["POST"]}
    form = s3.generate_presigned_post(name, "image")

    def post() -> requests.Response:
        return requests.post(
            form["url"], data=form["fields"], files={"file": b"1"}, headers={"Origin": page}
        )

    without_rule = post()
    s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [rule]})
    with_rule = post()
    assert "Access-Control-Allow-Origin" not in without_rule.headers
    assert with_rule.headers["Access-Control-Allow-Origin"] == page


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}], ids=["page", "name"]
)
def test_another_page_may_not_write(s3: Any, aws_port: int, headers: dict[str, str]) -> None:
    name = create_bucket(s3)
    url = f"http://localhost:{aws_port}/{name}/k"
    assert requests.put(url, data=b"1", headers=headers).status_code == 403
    assert "Contents" not in s3.list_objects_v2(Bucket=name)


@pytest.mark.parametrize("end", [b"", b"x-amz-meta-a: 1", b"x-amz-meta-a: 1\r\n", b"Content-Le"])
def test_a_request_that_was_cut_off_writes_nothing(s3: Any, aws_port: int, end: bytes) -> None:
    name = create_bucket(s3)
    link = s3.generate_presigned_url("put_object", Params={"Bucket": name, "Key": "k"})
    target = link.removeprefix(f"http://localhost:{aws_port}")
    head = f"PUT {target} HTTP/1.1\r\nHost: localhost:{aws_port}\r\n".encode()
    length = b"Content-Length: 10\r\n\r\nhalf" if end == b"" else b""
    with socket.create_connection(("127.0.0.1", aws_port)) as connection:
        connection.sendall(head + end + length)
        connection.shutdown(socket.SHUT_WR)
        assert b" 400 " in connection.recv(65536).splitlines()[0]
    assert "Contents" not in s3.list_objects_v2(Bucket=name)


def test_an_object_larger_than_any_form_field_may_be_is_taken(s3: Any) -> None:
    name = create_bucket(s3)
    form = s3.generate_presigned_post(name, "large")
    files = {"file": ("a.dcm", bytes(60 * 1024 * 1024))}
    assert requests.post(form["url"], data=form["fields"], files=files).status_code == 204
    assert s3.head_object(Bucket=name, Key="large")["ContentLength"] == 60 * 1024 * 1024


@pytest.mark.parametrize(
    ("content", "code"), [(b"12", "EntityTooSmall"), (b"1234", "EntityTooLarge"), (b"123", "")]
)
def test_a_form_takes_a_file_of_the_announced_size(s3: Any, content: bytes, code: str) -> None:
    name = create_bucket(s3)
    form = s3.generate_presigned_post(name, "k", Conditions=[["content-length-range", 3, 3]])
    answer = requests.post(form["url"], data=form["fields"], files={"file": content})
    assert (answer.status_code, code in answer.text) == (400 if code else 204, True)
    assert ("Contents" in s3.list_objects_v2(Bucket=name)) == (not code)


def test_a_form_that_has_expired_takes_nothing(s3: Any) -> None:
    name = create_bucket(s3)
    form = s3.generate_presigned_post(name, "k", ExpiresIn=-1)
    answer = requests.post(form["url"], data=form["fields"], files={"file": b"1"})
    assert (answer.status_code, "expired" in answer.text) == (403, True)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process are Linux's")
def test_what_the_disk_does_not_take_is_as_if_it_was_never_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit on the size of files replaces the full disk: the same system call fails."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    port = find_free_ports() + 1
    with aws_process(tmp_path, port=port) as s3:
        name = create_bucket(s3)
        form = s3.generate_presigned_post(name, "posted")
        s3.put_object(Bucket=name, Key="before", Body=b"1")
        with full_disk(port):
            with pytest.raises(ClientError, match=r"ServiceUnavailable.*Nothing can be written"):
                s3.put_object(Bucket=name, Key="k", Body=b"123", IfNoneMatch="*")
            refused = requests.post(form["url"], data=form["fields"], files={"file": b"123"})
            with pytest.raises(ClientError, match="ServiceUnavailable"):
                s3.delete_object(Bucket=name, Key="before")
        assert refused.status_code == 503
        assert s3.get_object(Bucket=name, Key="before")["Body"].read() == b"1"
        s3.delete_object(Bucket=name, Key="before")
        assert "Contents" not in s3.list_objects_v2(Bucket=name)
        s3.put_object(Bucket=name, Key="k", Body=b"123", IfNoneMatch="*")
    with aws_process(tmp_path, port=port) as s3:
        assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"123"


@contextmanager
def full_disk(port: int) -> Iterator[None]:
    """Limits the files of the child process that serves this port to 0 bytes."""
    [server] = [p for p in psutil.Process().children() if _serves(p, port)]
    limits = server.rlimit(psutil.RLIMIT_FSIZE)
    server.rlimit(psutil.RLIMIT_FSIZE, (0, limits[1]))
    yield
    server.rlimit(psutil.RLIMIT_FSIZE, limits)


def _serves(process: psutil.Process, port: int) -> bool:
    """False for a child of an earlier test that has ended."""
    try:
        return str(port) in process.cmdline()
    except psutil.NoSuchProcess:
        return False
