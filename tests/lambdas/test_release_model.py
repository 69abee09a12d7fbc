"""A deploy copies its model once, moves no pointer, and always answers CloudFormation."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.error import URLError

import pytest

from contracts import model_layout
from contracts.model_pointer import parse_model_pointer
from lambdas import release_model
from tests.lambdas.calls import Aws, Context

VERSION = "next-0a1b2c3d"
_NAMES = {
    "StackId": "arn:aws:cloudformation:us-east-1:111122223333:stack/chest-xray-dev/1",
    "RequestId": "request-1",
    "LogicalResourceId": "Release",
}
ASSETS = {"model_card.json": "card.json", "cpu.tflite": "cpu.tflite", "model.tar.gz": "a.gz"}


class CloudFormation(HTTPServer):
    """The address for responses: in AWS a presigned URL of a bucket, without a content type."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.responses: list[tuple[str | None, Any]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/answer?signed"


class _Handler(BaseHTTPRequestHandler):
    server: CloudFormation

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.responses.append((self.headers["Content-Type"], json.loads(body)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def cloudformation() -> Iterator[CloudFormation]:
    server = CloudFormation()
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def assets(aws: Aws) -> Any:
    """The bundled files in CDK's assets bucket, and an empty models bucket."""
    aws.s3.create_bucket(Bucket="assets")
    for path, key in ASSETS.items():
        aws.s3.put_object(Bucket="assets", Key=key, Body=f"content of {path}".encode())
    for entry in aws.s3.list_objects_v2(Bucket="models")["Contents"]:
        aws.s3.delete_object(Bucket="models", Key=entry["Key"])
    return aws.s3


def _send(server: CloudFormation, kind: str = "Create", **properties: Any) -> Any:
    event = {
        **_NAMES,
        "RequestType": kind,
        "ResponseURL": server.url,
        "ResourceProperties": {
            "ModelVersion": VERSION,
            "ModelsBucket": "models",
            "AssetsBucket": "assets",
            "Files": ASSETS,
            **properties,
        },
    }
    release_model.handler(event, Context())
    content_type, answer = server.responses[-1]
    assert content_type == ""
    return answer


def _content(s3: Any, key: str) -> bytes:
    return bytes(s3.get_object(Bucket="models", Key=key)["Body"].read())


def _promote(s3: Any, version: str) -> None:
    pointer = json.dumps({"model_version": version})
    s3.put_object(Bucket="models", Key=model_layout.POINTER_KEY, Body=pointer)


def test_a_first_deploy_releases_the_model(cloudformation: CloudFormation, assets: Any) -> None:
    answer = _send(cloudformation)
    assert answer["Status"] == "SUCCESS"
    assert answer["Data"] == {
        "CurrentVersion": VERSION,
        "ModelDataUrl": f"s3://models/models/{VERSION}/model.tar.gz",
        "Says": VERSION,
    }
    for path in ASSETS:
        assert (
            _content(assets, model_layout.file_key(VERSION, path)) == f"content of {path}".encode()
        )
    assert parse_model_pointer(_content(assets, model_layout.POINTER_KEY)).model_version == VERSION


def test_a_second_deploy_leaves_the_pointer(cloudformation: CloudFormation, assets: Any) -> None:
    _promote(assets, "promoted-1")
    answer = _send(cloudformation, "Update")
    assert answer["Data"]["CurrentVersion"] == "promoted-1"
    assert answer["Data"]["ModelDataUrl"] == "s3://models/models/promoted-1/model.tar.gz"
    assert answer["Data"]["Says"] == f"promoted-1 (models/ has {VERSION}, not promoted)"
    assert (
        parse_model_pointer(_content(assets, model_layout.POINTER_KEY)).model_version
        == "promoted-1"
    )


def test_a_version_is_written_once(cloudformation: CloudFormation, assets: Any) -> None:
    _send(cloudformation)
    assets.put_object(Bucket="assets", Key="other.json", Body=b"another card")
    files = {**ASSETS, "model_card.json": "other.json"}
    answer = _send(cloudformation, "Update", Files=files)
    card = model_layout.file_key(VERSION, "model_card.json")
    assert answer["Status"] == "SUCCESS"
    assert answer["Data"]["Says"] == (
        f"{VERSION}; model_card.json of {VERSION} stayed as first released"
    )
    assert _content(assets, card) == b"content of model_card.json"
    assert len(assets.list_object_versions(Bucket="models", Prefix=card)["Versions"]) == 1


def test_the_same_deploy_again_says_the_same(cloudformation: CloudFormation, assets: Any) -> None:
    assert _send(cloudformation) == _send(cloudformation)


def test_a_file_that_somebody_else_put_stays(cloudformation: CloudFormation, assets: Any) -> None:
    card = model_layout.file_key(VERSION, "model_card.json")
    assets.put_object(Bucket="models", Key=card, Body=b"registered by training")
    assert _send(cloudformation)["Data"]["Says"] == VERSION
    assert _content(assets, card) == b"registered by training"


def test_an_endpoint_of_a_version_without_its_archive_is_refused(
    cloudformation: CloudFormation, assets: Any
) -> None:
    _promote(assets, "promoted-1")
    answer = _send(cloudformation, "Update", Endpoint={"InstanceType": "ml.g4dn.xlarge"})
    assert (answer["Status"], answer["Reason"]) == (
        "FAILED",
        "models/promoted-1/model.tar.gz is not in the models bucket. "
        "Promote a version that is there, then deploy again.",
    )


def test_a_removed_stack_keeps_the_models(cloudformation: CloudFormation, assets: Any) -> None:
    creation = _send(cloudformation)
    answer = _send(cloudformation, "Delete")
    assert answer["Status"] == "SUCCESS"
    assert answer["PhysicalResourceId"] == creation["PhysicalResourceId"]
    assert _content(assets, model_layout.file_key(VERSION, "cpu.tflite"))


def test_a_refusal_of_s3_fails_the_deploy_in_words(
    cloudformation: CloudFormation, assets: Any
) -> None:
    answer = _send(cloudformation, AssetsBucket="nowhere")
    assert (answer["Status"], answer["Reason"]) == (
        "FAILED",
        "S3 answered NoSuchBucket to CopyObject.",
    )


def test_what_nobody_foresaw_is_answered_too(cloudformation: CloudFormation, aws: Aws) -> None:
    event = {**_NAMES, "RequestType": "Create", "ResponseURL": cloudformation.url}
    with pytest.raises(KeyError):
        release_model.handler(event, Context())
    [(_, answer)] = cloudformation.responses
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].endswith("its function's log names.")


def test_an_answer_that_does_not_arrive_is_tried_again_by_lambda(aws: Aws) -> None:
    event = {**_NAMES, "RequestType": "Delete", "ResponseURL": "http://127.0.0.1:1/"}
    with pytest.raises(URLError):
        release_model.handler(event, Context())
