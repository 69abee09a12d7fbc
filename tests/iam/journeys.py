"""Runs each function through all its cases: good files, bad files and missing objects."""

import json
from typing import Any

import pytest
import requests
from PIL import Image

from contracts import keys, model_layout
from lambdas import clients, delete_radiograph, refill_cache, release_model
from phantoms.file_formats import encode_image, grey_ramp
from tests.iam.policy import resolve
from tests.iam.recorder import Recorder
from tests.lambdas.calls import ADMINISTRATOR, Api, Aws, Context, run_screening
from tests.synthesis import Template
from ui.auth import session_keys

GOOD = encode_image(Image.fromarray(grey_ramp()))


def run_api(recorder: Recorder, aws: Aws, api: Api) -> None:
    with recorder.record("api"):
        radiograph = api.create("one", patient_id="P-1")
        api("GET", "/model")
        api("GET", "/settings")
        change = {"replaces": 1, "prevalence": 0.2}
        api("POST", "/settings/versions", body=change, claims=ADMINISTRATOR)
    aws.upload(radiograph, GOOD)
    run_screening(radiograph)
    aws.redis.flushall()
    with recorder.record("api"):
        api("GET", f"/radiographs/{radiograph}")
        api("GET", f"/radiographs/{keys.radiograph_id('siteNorth', 'never')}")
        api("GET", "/radiographs")
        api("POST", "/radiographs/search", body={"file_name": "thorax.png"})
        status, _ = api("POST", f"/radiographs/{radiograph}/reviews", body={"verdict": "agree"})
    assert status in (200, 201)


def run_screening_function(recorder: Recorder, aws: Aws, api: Api) -> None:
    good, same, bad, later = (api.create(name) for name in ("good", "same", "bad", "later"))
    for radiograph, content in {good: GOOD, same: GOOD, bad: b"no picture", later: GOOD}.items():
        aws.upload(radiograph, content)
    aws.upload(later, b"another file under the same address")
    with recorder.record("screening"):
        run_screening(good, same, bad, later)
        run_screening(good)
        run_screening(keys.radiograph_id("siteNorth", "never announced"))


def run_refill(recorder: Recorder, aws: Aws, api: Api) -> None:
    aws.upload(radiograph := api.create("one"), GOOD)
    run_screening(radiograph)
    with recorder.record("rebuild"):
        refill_cache.handler({}, Context())


def run_deletion(recorder: Recorder, aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.upload(radiograph := api.create("one"), GOOD)
    run_screening(radiograph)
    monkeypatch.setattr(delete_radiograph, "SCREENING_SECONDS", 0)
    with recorder.record("delete"):
        for _ in range(2):
            event = {"radiograph_id": radiograph, "by": "AIDA2EXAMPLE"}
            delete_radiograph.handler(event, Context())


def run_release(recorder: Recorder, aws: Aws, template: Template, response_url: str) -> None:
    """Uses the properties that CloudFormation would send."""
    properties = template.only("Custom::ModelRelease")
    assets = resolve(properties["AssetsBucket"])
    aws.s3.create_bucket(Bucket=assets)
    for key in properties["Files"].values():
        aws.s3.put_object(Bucket=assets, Key=key, Body=b"an asset")
    for entry in aws.s3.list_objects_v2(Bucket="models")["Contents"]:
        aws.s3.delete_object(Bucket="models", Key=entry["Key"])
    event: dict[str, Any] = {
        "RequestType": "Create",
        "ResponseURL": response_url,
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Release",
        "ResourceProperties": {**properties, "AssetsBucket": assets, "ModelsBucket": "models"},
    }
    with recorder.record("release"):
        release_model.handler(event, Context())
    pointer = aws.s3.get_object(Bucket="models", Key=model_layout.POINTER_KEY)["Body"].read()
    assert json.loads(pointer)["model_version"] == properties["ModelVersion"]


def run_ui(recorder: Recorder, moto_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", moto_url)
    for name in ("session-secret", "page-key"):
        clients.secrets().create_secret(Name=name, SecretString="a secret of the tests")
    with recorder.record("ui"):
        for name in ("session-secret", "page-key"):
            session_keys.fetch_secret(name)


def create_response_url(url: str) -> str:
    """A URL in place of CloudFormation's: moto accepts any PUT into a bucket."""
    requests.put(f"{url}/answers", timeout=10).raise_for_status()
    return f"{url}/answers/answer"
