"""Our own metrics as code emits them: in the local system, and in functions with faults."""

import io
import itertools
import json
from collections.abc import Callable

import boto3
import numpy as np
import pytest
import requests
from botocore.response import StreamingBody
from botocore.stub import Stubber
from PIL import Image

from contracts import keys
from contracts.metrics import POSITIVE_RATE_ANSWERS, Metric, Service
from contracts.sites import SiteSettings
from lambdas import observability, refill_cache
from lambdas.api.services import services
from lambdas.drift import handler as drift
from lambdas.screening import handler
from lambdas.screening.current_model import LoadedModel
from lambdas.screening.current_settings import CurrentSettings
from lambdas.screening.predictor import EndpointOrCpuPredictor
from local.aws.resources import IMAGES_BUCKET
from local.cli.sample import write_samples
from local.log_metrics import parse_metrics
from phantoms.file_formats import encode_image, grey_ramp
from screening.sandbox import SandboxedDecoder
from storage.site_settings import SiteSettingsStore
from tests.canary_function import run_canary_function
from tests.cloudwatch.template_metrics import MetricKey
from tests.conftest import Golden
from tests.lambdas.calls import Api, Aws, Context, run_screening, screen_phantom
from tests.lambdas.unreadable_facts import put_fact
from tests.running_system import RunningSystem
from tests.uploads import announce, upload, wait_for_answer

# Emitted on a usual day without faults.
DAILY_METRICS = {
    *(Metric.CREATED, Metric.ANSWERED, Metric.POSITIVE, Metric.PROBABILITY, Metric.REJECTED),
    *(Metric.REVIEWED, Metric.END_TO_END_SECONDS, Metric.PREDICTIONS, Metric.ANSWER_REUSED),
    *(Metric.UNKNOWN_UPLOAD, Metric.CANARY_SUCCEEDED, Metric.CANARY_SECONDS),
}


@pytest.fixture(scope="session")
def local_metrics(
    system: RunningSystem, tmp_path_factory: pytest.TempPathFactory
) -> set[MetricKey]:
    """From the local system: two valid files, an invalid one, an unknown upload, a review, and the
    canary.
    """
    image = write_samples(tmp_path_factory.mktemp("phantoms"))[0].read_bytes()
    unknown_key = keys.incoming(keys.radiograph_id("siteNorth", "never announced"))
    system.s3.put_object(Bucket=IMAGES_BUCKET, Key=unknown_key, Body=image)
    for key, content in {"one": image, "again": image, "bad": b"no image"}.items():
        created = announce(system, "phantom.png", len(content), key=f"observed {key}")
        upload(created, content)
        view = wait_for_answer(system, created.radiograph.id)
        if view.state == "screened":
            review = f"{system.url}/v1/radiographs/{created.radiograph.id}/reviews"
            requests.post(
                review, headers=system.auth_headers(), json={"finding": "pneumonia"}, timeout=30
            ).raise_for_status()
    logs = [log.read_text(errors="replace") for log in system.settings.logs.glob("*.log")]
    lines = [*"\n".join(logs).splitlines(), *run_canary_function(system)]
    return {MetricKey.of(metric.name, metric.dimensions) for metric in parse_metrics(lines)}


@pytest.fixture
def failure_metrics(
    aws: Aws,
    api: Api,
    golden: Golden,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> set[MetricKey]:
    """From the functions' code in this process, with faults that the local system cannot have.

    Each step runs under the service name of its function.
    """

    def as_service(service: Service, *steps: Callable[[], object]) -> None:
        monkeypatch.setattr(observability.logger, "service", service)
        for step in steps:
            step()

    model = handler.pipeline().model.get()
    damaged = api.create("damaged")
    put_fact(aws, damaged, 2, b"{")
    as_service(Service.REBUILD, lambda: refill_cache.handler({}, Context()))
    as_service(Service.DRIFT, lambda: _compare_answers(aws, api, monkeypatch))
    as_service(Service.API, lambda: api("GET", f"/radiographs/{damaged}"))
    as_service(Service.SCREENING, lambda: run_screening(damaged))
    as_service(
        Service.SCREENING,
        lambda: _screen_at_last_try(aws, api),
        lambda: _call_endpoint(model, golden("endpoint_response.json")),
        lambda: _screen_hundredth(aws, api, model.card.model_version),
    )
    as_service(Service.SCREENING, lambda: _follow_unreadable_settings(aws))
    # No kernel of ours refuses the filter of system calls.
    monkeypatch.setattr(SandboxedDecoder, "is_confined", False)
    as_service(Service.SCREENING, lambda: screen_phantom(aws, api, "unconfined"))
    monkeypatch.setenv("REDIS_URL", "redis://localhost:1")
    services.cache_clear()
    handler.pipeline.cache_clear()
    as_service(
        Service.API,
        lambda: aws.upload(api.create("no Redis"), encode_image(Image.fromarray(grey_ramp()))),
    )
    as_service(
        Service.SCREENING, lambda: run_screening(keys.radiograph_id("siteNorth", "no Redis"))
    )
    return {
        MetricKey.of(metric.name, metric.dimensions)
        for metric in parse_metrics(capsys.readouterr().out.splitlines())
    }


def _compare_answers(aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """One answer is enough for a reference and a window; no record is in Redis."""
    monkeypatch.setattr(drift, "WINDOW", 1)
    monkeypatch.setattr(drift, "REFERENCE", 1)
    screen_phantom(aws, api, "compared")
    aws.redis.flushall()
    drift.handler({}, Context())


def _screen_at_last_try(aws: Aws, api: Api) -> None:
    radiograph = api.create("last try")
    aws.upload(radiograph, b"no image")
    run_screening(radiograph, receives=3)


def _follow_unreadable_settings(aws: Aws) -> None:
    store = SiteSettingsStore(aws.s3, "facts")
    deployed = {"siteNorth": SiteSettings(prevalence=0.1)}
    settings = CurrentSettings(store, deployed=deployed, clock=itertools.count(0, 60).__next__)
    settings.get("siteNorth")
    aws.s3.put_object(Bucket="facts", Key=keys.site_settings("siteNorth", 2), Body=b"{")
    settings.get("siteNorth")


def _call_endpoint(model: LoadedModel, response: dict[str, list[dict[str, object]]]) -> None:
    """One call succeeds, one fails, and one is answered by another version. A stub stands for the
    endpoint; botocore checks the shapes.
    """
    client = boto3.client("sagemaker-runtime", region_name="us-east-1")
    response["predictions"][0]["model_version"] = model.card.model_version
    other = [{**response["predictions"][0], "model_version": "another"}]
    with Stubber(client) as stubber:
        stubber.add_response("invoke_endpoint", {"Body": _stream(response)})
        stubber.add_client_error("invoke_endpoint", "ModelError")
        stubber.add_response("invoke_endpoint", {"Body": _stream({"predictions": other})})
        predictor = EndpointOrCpuPredictor(client, endpoint_name="chest-xray-prod")
        for _ in range(3):
            predictor.predict([np.zeros((224, 224), np.uint8)], model, trace_ids=[""])


def _stream(response: object) -> StreamingBody:
    body = json.dumps(response).encode()
    return StreamingBody(io.BytesIO(body), len(body))


def _screen_hundredth(aws: Aws, api: Api, version: str) -> None:
    """Screens a radiograph after 99 others, so that there is a rate of 100 answers."""
    positives = keys.redis_positives("siteNorth", version)
    aws.redis.rpush(positives, *[0] * (POSITIVE_RATE_ANSWERS - 1))
    screen_phantom(aws, api, "the hundredth")
