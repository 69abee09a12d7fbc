"""The local login answers its own form and programs of this machine, and has a session."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from local.aws.clients import build_client
from local.aws.cognito import PASSWORD
from local.processes.group import Processes
from local.processes.services import LOGIN, Services
from local.settings import Settings
from tests.running_system import find_free_ports

EVIL = "http://evil.example"
CALLBACK = "http://localhost:1/login/callback"
NAME = "doctor@north.example"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("login")


@pytest.fixture(scope="module")
def login_url(folder: Path, runtime: None) -> Iterator[str]:
    settings = Settings(folder=folder, port=find_free_ports())
    processes = Processes(record=folder / "processes.json", logs=folder)
    services = Services(settings, processes, warn=print)
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


@pytest.fixture(scope="module")
def query(login_url: str) -> dict[str, str]:
    """A valid request for a login, of a client with one callback."""
    cognito = build_client("cognito-idp", login_url)
    pool = cognito.create_user_pool(PoolName="pool")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="page",
        CallbackURLs=[CALLBACK],
        AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True,
    )["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(UserPoolId=pool, Username=NAME, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=NAME, Password=PASSWORD, Permanent=True
    )
    return {
        "client_id": client,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "code_challenge": "A" * 43,
        "code_challenge_method": "S256",
        "state": "<b>&\"'",
    }


def authorize(login_url: str, query: dict[str, str], cookie: str = "") -> requests.Response:
    return requests.get(
        f"{login_url}/oauth2/authorize",
        params=query,
        headers={"Cookie": f"login={cookie}"},
        allow_redirects=False,
        timeout=10,
    )


def log_in(
    login_url: str, query: dict[str, str], password: str = PASSWORD, *, name: str = NAME
) -> requests.Response:
    fields = {**query, "username": name, "password": password}
    url = f"{login_url}/oauth2/authorize"
    return requests.post(url, data=fields, allow_redirects=False, timeout=10)


def test_the_session_of_the_login_needs_no_form_until_the_logout(
    login_url: str, query: dict[str, str]
) -> None:
    cookie = log_in(login_url, query).cookies["login"]
    for prompt in ({}, {"prompt": "none"}):
        answer = authorize(login_url, query | prompt, cookie)
        assert "code=" in answer.headers["Location"]
    assert authorize(login_url, query | {"prompt": "login"}, cookie).status_code == 200
    logout = {"client_id": query["client_id"], "logout_uri": "http://evil.example"}
    requests.get(f"{login_url}/logout", params=logout, timeout=10)
    assert "code=" in authorize(login_url, query, cookie).headers["Location"]


@pytest.mark.parametrize("cookie", ["", "x", "__proto__"])
def test_without_a_session_there_is_a_form_or_an_error(
    login_url: str, query: dict[str, str], cookie: str
) -> None:
    assert authorize(login_url, query, cookie).status_code == 200
    location = authorize(login_url, query | {"prompt": "none"}, cookie).headers["Location"]
    assert location.startswith(f"{CALLBACK}?error=login_required&state=")


def test_a_wrong_password_gives_no_session(login_url: str, query: dict[str, str]) -> None:
    answer = log_in(login_url, query, password="wrong")
    assert "login" not in answer.cookies
    assert "is not right. Try again." in answer.text


def test_the_page_of_the_login_escapes_what_the_request_has(
    login_url: str, query: dict[str, str]
) -> None:
    page = authorize(login_url, query)
    assert "<b>" not in page.text
    assert 'value="&lt;b&gt;&amp;&quot;&#39;"' in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert page.headers["X-Frame-Options"] == "DENY"


def test_a_disabled_user_has_neither_session_nor_login(
    login_url: str, query: dict[str, str]
) -> None:
    cognito = build_client("cognito-idp", login_url)
    user = {"UserPoolId": cognito.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]}
    cookie = log_in(login_url, query).cookies["login"]
    cognito.admin_disable_user(**user, Username=NAME)
    try:
        answer = log_in(login_url, query)
        assert "is not right. Try again." in answer.text and "login" not in answer.cookies
        location = authorize(login_url, query | {"prompt": "none"}, cookie).headers["Location"]
        assert "error=login_required" in location
    finally:
        cognito.admin_enable_user(**user, Username=NAME)
    assert "code=" in log_in(login_url, query).headers["Location"]


def test_an_invitation_is_sent_again_with_another_password(
    login_url: str, folder: Path, query: dict[str, str]
) -> None:
    """Both passwords stand in a file that its owner alone reads, and in no log."""
    cognito = build_client("cognito-idp", login_url)
    pool = cognito.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    request = {
        "UserPoolId": pool,
        "Username": "eve@north.example",
        "DesiredDeliveryMediums": ["EMAIL"],
    }
    first = cognito.admin_create_user(**request)["User"]
    again = cognito.admin_create_user(**request, MessageAction="RESEND")["User"]
    assert again["Username"] == first["Username"]
    assert again["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    file = folder / "data" / "login" / "first-passwords.txt"
    lines = [line.split() for line in file.read_text().splitlines()]
    assert [address for _, address, _ in lines] == ["eve@north.example"] * 2
    passwords = [password for *_, password in lines]
    assert len(set(passwords)) == 2
    assert file.stat().st_mode & 0o077 == 0
    logs = "".join(log.read_text() for log in folder.glob("*.log"))
    assert not [password for password in passwords if password in logs]
    for password, is_accepted in zip(passwords, (False, True), strict=True):
        answer = log_in(login_url, query, password, name="eve@north.example")
        assert ("code=" in answer.headers.get("Location", "")) == is_accepted
