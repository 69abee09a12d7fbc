"""Whatever the endpoint does, the running system answers, and the record names who did."""

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from contracts.answers import Predictor
from local.cli.sample import write_samples
from local.settings import Model
from phantoms.files import encode_png_with_comment
from reliability.api_client import Doctor
from reliability.outages import Mishaps
from reliability.proxy import OF_ENDPOINT, Fault, FaultyProxy
from reliability.running_system import RunningSystem, find_free_ports, start_system


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FaultyProxy, RunningSystem]]:
    """Before the endpoint of a running system."""
    port, own = find_free_ports(), find_free_ports()
    between = FaultyProxy(own, aws=port + 1, endpoint=port + 3, seed=1)
    environment = {"PROXY_PORT": str(own), "MODEL": Model.ENDPOINT}
    system = start_system(tmp_path_factory.mktemp("stack"), environment, port=port)
    yield between, system
    system.stop()
    between.shutdown()
    between.server_close()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_samples(tmp_path_factory.mktemp("films"))[0]


def predictor(system: RunningSystem, film: Path) -> Predictor:
    """Who answers for a film of other bytes than all before; the answer itself is the same."""
    doctor, key = Doctor(system), str(uuid4())
    content = encode_png_with_comment(Image.open(film), key)
    created = doctor.announce(film.name, content, key=key)
    doctor.send(created, content)
    while not doctor.is_answered(created.radiograph.id):
        time.sleep(0.1)
    view = doctor.read(created.radiograph.id)
    assert view is not None
    assert view.answer is not None
    return view.answer.predictor


@pytest.mark.parametrize("fault", OF_ENDPOINT, ids=lambda fault: fault.__name__)
def test_what_the_endpoint_fails_at_the_cpu_model_answers(
    proxy: tuple[FaultyProxy, RunningSystem], film: Path, fault: Fault
) -> None:
    between, system = proxy
    between.endpoint_fault = None
    assert predictor(system, film) is Predictor.ENDPOINT
    between.endpoint_fault = fault
    assert predictor(system, film) is Predictor.CPU


def test_so_it_does_where_the_endpoint_has_stopped(
    proxy: tuple[FaultyProxy, RunningSystem], film: Path
) -> None:
    between, system = proxy
    between.endpoint_fault = None
    assert predictor(system, film) is Predictor.ENDPOINT
    Mishaps(system, seed=1).kill_endpoint()
    assert predictor(system, film) is Predictor.CPU
