"""Whatever the endpoint does, the running system answers, and the record names the predictor."""

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from contracts.answers import Predictor
from local.cli.sample import write_samples
from phantoms.file_formats import encode_png_with_comment
from reliability.api_client import ApiClient
from reliability.faulty_system import start_faulty_system
from reliability.outages import Outages
from reliability.proxy import ENDPOINT_FAULTS, Fault, FaultyProxy
from reliability.running_system import RunningSystem

FaultySystem = tuple[RunningSystem, FaultyProxy]


@pytest.fixture(scope="module")
def faulty_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultySystem]:
    with start_faulty_system(tmp_path_factory.mktemp("system"), seed=1) as faulty_system:
        yield faulty_system


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_samples(tmp_path_factory.mktemp("images"))[0]


def predictor_of(system: RunningSystem, image: Path) -> Predictor:
    """Uploads the image with new bytes, which no cached prediction has, and waits for an answer."""
    client, key = ApiClient(system), str(uuid4())
    content = encode_png_with_comment(Image.open(image), key)
    created = client.create_radiograph(image.name, content, key=key)
    client.upload(created, content)
    while not client.is_answered(created.radiograph.id):
        time.sleep(0.1)
    view = client.fetch_radiograph(created.radiograph.id)
    assert view is not None
    assert view.answer is not None
    return view.answer.predictor


@pytest.mark.parametrize("fault", ENDPOINT_FAULTS, ids=lambda fault: fault.__name__)
def test_what_the_endpoint_fails_at_the_cpu_model_answers(
    faulty_system: FaultySystem, image: Path, fault: Fault
) -> None:
    system, proxy = faulty_system
    proxy.endpoint_fault = None
    assert predictor_of(system, image) is Predictor.ENDPOINT
    proxy.endpoint_fault = fault
    assert predictor_of(system, image) is Predictor.CPU


def test_so_it_does_where_the_endpoint_has_stopped(
    faulty_system: FaultySystem, image: Path
) -> None:
    system, proxy = faulty_system
    proxy.endpoint_fault = None
    assert predictor_of(system, image) is Predictor.ENDPOINT
    Outages(system, seed=1).kill("endpoint")
    assert predictor_of(system, image) is Predictor.CPU
