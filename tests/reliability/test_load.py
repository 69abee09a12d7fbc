"""A small crowd of doctors is served, and a server that fails is seen to fail."""

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from local.settings import ROOT

# Locust wants a process of its own, whose sockets are gevent's.
_ONE_DOCTOR = """
import sys
from reliability.load import let_work, report
from reliability.ward import BusyDoctor, Work
from locust.env import Environment
from reliability.checker import Expected
from reliability.films import Film

film = Film(name="a.png", content=b"1", expected=Expected())
BusyDoctor.work = Work(films=[film], headers={})
environment = Environment(user_classes=[BusyDoctor], host=sys.argv[1])
let_work(environment, doctors=1, seconds=2)
print("failed", report(environment, seconds=2))
"""


class _Failing(BaseHTTPRequestHandler):
    status = 500

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class _BusyForEver(_Failing):
    """And does not say when to come again."""

    status = 429


def test_four_doctors_at_once_are_all_answered() -> None:
    command = [sys.executable, "-m", "reliability.load", "4", "--seconds", "8"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    last = done.stdout.splitlines()[-1]
    assert last.startswith("failed 0 lost 0 doubled 0 wrong 0 stuck 0 of "), done.stdout
    assert int(last.rsplit(" ", 1)[1]) >= 4
    assert done.returncode == 0
    for step in ("announce", "send the file", "from file to answer", "worklist", "review"):
        assert f"\n{step}" in done.stdout


def test_a_server_that_fails_is_counted() -> None:
    assert "x announce: 500" in _seen_by_one_doctor(_Failing)


def test_to_be_busy_without_saying_until_when_is_a_failure() -> None:
    assert "x announce: 429" in _seen_by_one_doctor(_BusyForEver)


def _seen_by_one_doctor(handler: type[BaseHTTPRequestHandler]) -> str:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    command = [sys.executable, "-c", _ONE_DOCTOR, f"http://127.0.0.1:{server.server_port}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    server.shutdown()
    server.server_close()
    assert not done.stdout.endswith("failed 0\n"), done.stdout + done.stderr
    return done.stdout
