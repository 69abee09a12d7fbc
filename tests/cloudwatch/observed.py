"""The custom metrics of a run: what the local system emits, and the same code where parts fail."""

import io
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
from lambdas import observability, refill_cache
from lambdas.api.services import services
from lambdas.screening import handler
from lambdas.screening.current_model import LoadedModel
from lambdas.screening.predictor import EndpointOrCpuPredictor
from local.aws.resources import IMAGES_BUCKET
from local.cli.sample import write_samples
from phantoms.files import encode_image, grey_ramp
from tests.cloudwatch.named import Named
from tests.conftest import Golden
from tests.lambdas.calls import Api, Aws, Context, run_screening, screen_phantom
from tests.lambdas.metrics import parse_metrics
from tests.running_system import RunningSystem
from tests.test_stack import answered, create, send

# What every day brings, without a fault.
EVERYDAY = {
    *(Metric.CREATED, Metric.ANSWERED, Metric.POSITIVE, Metric.PROBABILITY, Metric.REJECTED),
    *(Metric.REVIEWED, Metric.END_TO_END_SECONDS, Metric.PREDICTIONS, Metric.ANSWER_REUSED),
    Metric.UNKNOWN_UPLOAD,
}


@pytest.fixture(scope="session")
def locally(system: RunningSystem, tmp_path_factory: pytest.TempPathFactory) -> set[Named]:
    """Of the running local system: two good files, one bad, a stranger's, and a review."""
    picture = write_samples(tmp_path_factory.mktemp("phantoms"))[0].read_bytes()
    stranger = keys.incoming(keys.radiograph_id("siteNorth", "never announced"))
    system.s3.put_object(Bucket=IMAGES_BUCKET, Key=stranger, Body=picture)
    for key, content in {"one": picture, "again": picture, "bad": b"no picture"}.items():
        created = create(system, "phantom.png", len(content), key=f"observed {key}")
        send(created, content)
        view = answered(system, created.radiograph.id)
        if view.state == "screened":
            review = f"{system.url}/v1/radiographs/{created.radiograph.id}/reviews"
            said = {"verdict": "agree"}
            requests.post(
                review, headers=system.auth_headers(), json=said, timeout=30
            ).raise_for_status()
    logs = [log.read_text(errors="replace") for log in system.settings.logs.glob("*.log")]
    lines = "\n".join(logs).splitlines()
    return {Named.of(each.name, each.dimensions) for each in parse_metrics(lines)}


@pytest.fixture
def failing(
    aws: Aws,
    api: Api,
    golden: Golden,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> set[Named]:
    """Of the functions' own code, in this process, where the local system cannot fail as AWS does.

    Each step runs under the name that its function has.
    """

    def as_service(service: Service, *steps: Callable[[], object]) -> None:
        monkeypatch.setattr(observability.logger, "service", service)
        for step in steps:
            step()

    model = handler.pipeline().model.get()
    as_service(Service.REBUILD, lambda: refill_cache.handler({}, Context()))
    as_service(
        Service.SCREENING,
        lambda: run_screening(api.create("never sent"), receives=3),
        lambda: _endpoint(model, golden("endpoint_response.json")),
        lambda: _hundredth(aws, api, model.card.model_version),
    )
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
        Named.of(each.name, each.dimensions)
        for each in parse_metrics(capsys.readouterr().out.splitlines())
    }


def _endpoint(model: LoadedModel, said: dict[str, list[dict[str, object]]]) -> None:
    """One call goes well, one does not. No endpoint can be had here; botocore checks the shapes."""
    client = boto3.client("sagemaker-runtime", region_name="us-east-1")
    said["predictions"][0]["model_version"] = model.card.model_version
    body = json.dumps(said).encode()
    with Stubber(client) as stubber:
        stream = StreamingBody(io.BytesIO(body), len(body))
        stubber.add_response("invoke_endpoint", {"Body": stream})
        stubber.add_client_error("invoke_endpoint", "ModelError")
        predictor = EndpointOrCpuPredictor(client, endpoint_name="chest-xray-prod")
        for _ in range(2):
            predictor.predict([np.zeros((224, 224), np.uint8)], model)


def _hundredth(aws: Aws, api: Api, version: str) -> None:
    positives = keys.redis_positives("siteNorth", version)
    aws.redis.rpush(positives, *[0] * (POSITIVE_RATE_ANSWERS - 1))
    screen_phantom(aws, api, "the hundredth")
