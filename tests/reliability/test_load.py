"""A few doctors are served at once, and a server that fails is counted as failing."""

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from local.settings import ROOT


class _FailingHandler(BaseHTTPRequestHandler):
    status = 500

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class _BusyHandler(_FailingHandler):
    """Sends 429 without Retry-After."""

    status = 429


def test_four_doctors_at_once_are_all_answered() -> None:
    command = [sys.executable, "-m", "reliability.load", "4", "--seconds", "8"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    last = result.stdout.splitlines()[-1]
    assert last.startswith("failed 0 lost 0 doubled 0 wrong 0 stuck 0 of "), result.stdout
    assert int(last.rsplit(" ", 1)[1]) >= 4
    assert result.returncode == 0
    for step in ("announce", "send the file", "from file to answer", "worklist", "review"):
        assert f"\n{step}" in result.stdout


def test_a_server_that_fails_is_counted() -> None:
    assert "x announce: 500" in run_single_user(_FailingHandler)


def test_to_be_busy_without_saying_until_when_is_a_failure() -> None:
    assert "x announce: 429" in run_single_user(_BusyHandler)


def run_single_user(handler: type[BaseHTTPRequestHandler]) -> str:
    """Returns the statistics of one user of a server with this handler."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    command = [sys.executable, str(Path(__file__).with_name("single_user.py")), url]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    server.shutdown()
    server.server_close()
    assert result.returncode == 0, result.stderr
    assert not result.stdout.endswith("failed 0\n"), result.stdout + result.stderr
    return result.stdout
