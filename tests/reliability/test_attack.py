"""The running system holds against a few tries of each attack, and what is broken is reported."""

import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from joserfc.jwk import RSAKey

from contracts.api import Created
from contracts.serialisation import parse
from local.aws.persistent_secrets import SECRETS
from reliability.api_client import ApiClient
from reliability.attack import exposure, forgery, markup, suite, table, tokens
from reliability.attack.controls import ControlError, check_controls
from reliability.attack.suite import Family
from reliability.attack.target import Site, Target
from reliability.attack.tries import Attack, Result, Try, choose_tries, run_tries
from reliability.page_session import PageSession
from tests.conftest import Golden
from tests.running_system import RunningSystem

HELD = Attack(item="9.1.1", title="held")


def test_the_running_system_holds(system: RunningSystem) -> None:
    results = suite.attack(suite.prepare(system), seed=1, is_small=True)
    assert table.format_breaks(results) == ""
    assert len(results) > 150


class _OpenHandler(BaseHTTPRequestHandler):
    """Answers every request with a page of its own making, as if everything were allowed."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        content = f"<script>zqmark()</script>{self.path} Traceback (most recent call last)".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = do_GET

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def open_target(system: RunningSystem, tmp_path: Path, golden: Golden) -> Iterator[Target]:
    """A server that allows everything, with tokens and cookies that nobody checks."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _OpenHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings = replace(system.settings, folder=tmp_path)
    settings.data.mkdir()
    for name in SECRETS:
        (settings.data / name).write_text(f"the {name}")
    site = Site(
        email="doctor@north.example",
        client=ApiClient(system),
        session=PageSession(cookie="a.b.c.d.e", visitor="v", form_token="f.g.h"),
        radiograph="a" * 26,
        announcement=parse(Created, golden("created.json")),
    )
    open_system = replace(system, url=f"http://localhost:{server.server_port}", settings=settings)
    yield Target(
        system=open_system,
        north=site,
        south=site,
        administrator=site.session,
        key=RSAKey.generate_key(2048, {"kid": "pool"}),
        film=b"film",
    )
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "family", [tokens.build_tries, forgery.build_tries, markup.build_tries, exposure.build_tries]
)
def test_a_server_that_allows_everything_is_broken(open_target: Target, family: Family) -> None:
    """Its answers are right in a few tries only, such as for a header that it does not send."""
    results = suite.attack(open_target, seed=1, is_small=True, families=[family])
    held = {result.attack.title for result in results if result.is_held}
    broken = {result.attack.title for result in results if not result.is_held}
    assert broken == {result.attack.title for result in results}, held - broken


def test_a_server_that_refuses_a_valid_token_proves_nothing(open_target: Target) -> None:
    with pytest.raises(ControlError, match="a token"):
        check_controls(open_target)


def fail() -> str:
    raise ConnectionResetError("closed")


def test_no_answer_is_no_success() -> None:
    [result] = run_tries([Try(attack=HELD, name="a", find_break=fail)])
    assert (result.is_held, "closed" in result.evidence) == (False, True)


def test_the_small_form_has_a_few_tries_of_each_attack_and_no_long_one() -> None:
    tries = [Try(attack=HELD, name=str(number), find_break=str) for number in range(9)]
    other = Try(attack=Attack(item="API1", title="other"), name="other", find_break=str)
    long = [replace(other, name="long", is_long=True)]
    chosen = choose_tries([*tries, other, *long], 4, generator=random.Random(1))
    assert len(chosen) == 5
    assert "long" not in {attempt.name for attempt in chosen}


def test_the_table_counts_each_attack_and_names_what_broke() -> None:
    results = [
        Result(attack=HELD, name="a", evidence=""),
        Result(attack=HELD, name="b", evidence="status 200"),
    ]
    assert table.format_table(results).splitlines()[1].split() == ["9.1.1", "held", "2", "1", "1"]
    assert table.format_breaks(results) == "broken: held: b: status 200"
    assert table.format_summary(results) == "held 1 of 2 tries, 1 broken"
