"""The local login answers its own form and programs of this machine, and no other page."""

from collections.abc import Iterator

import pytest
import requests

from local.processes.group import Processes
from local.processes.services import LOGIN, Services
from local.settings import Settings
from tests.running_system import find_free_ports

EVIL = "http://evil.example"


@pytest.fixture(scope="module")
def login_url(tmp_path_factory: pytest.TempPathFactory, runtime: None) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("login")
    settings = Settings(folder=folder, port=find_free_ports())
    processes = Processes(record=folder / "processes.json", logs=folder)
    services = Services(settings, processes)
    services._start(LOGIN)
    services._wait_for(LOGIN)
    yield settings.login_url
    processes.stop_all()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "{login_url}"}, 200),
        ({"Origin": EVIL}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Host": "localhost"}, 403),
        ({"Host": "localhost:1"}, 403),
    ],
    ids=str,
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_another_page_or_name_gets_no_answer(
    login_url: str, headers: dict[str, str], status: int, method: str
) -> None:
    lines = {name: value.format(login_url=login_url) for name, value in headers.items()}
    response = requests.request(method, f"{login_url}/health", headers=lines, timeout=10)
    expected = 204 if (method, status) == ("OPTIONS", 200) else status
    assert response.status_code == expected
    if status == 403:
        assert "Access-Control-Allow-Origin" not in response.headers


def test_a_form_of_another_page_changes_nothing(login_url: str) -> None:
    target = {"X-Amz-Target": "AWSCognitoIdentityProviderService.CreateUserPool"}
    content_type = {"Content-Type": "application/x-amz-json-1.1"}
    body = {"PoolName": "evil"}
    headers = {**target, **content_type, "Origin": EVIL}
    assert requests.post(login_url, json=body, headers=headers, timeout=10).status_code == 403
