"""The SageMaker endpoint on one machine: the archive's own handlers over a predict port.

`python -m local.sagemaker.endpoint --port 8003 --models models`
"""

import argparse
import contextlib
import json
import os
import re
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from contracts.endpoint import CONTENT_TYPE, INPUT_BYTES, build_request, parse_predictions
from local.sagemaker.container import Container, ContainerError, load_inference, unpack
from sagemaker_inference.archive import ArchiveError, build_archive

# What a container sees, and what a caller of the SageMaker runtime sees.
_CONTAINER = "/invocations"
_RUNTIME = re.compile(r"/endpoints/[A-Za-z0-9-]+/invocations")


class EndpointServer(ThreadingHTTPServer):
    """`GET /ping`, `POST /invocations`, and the runtime's `POST /endpoints/{name}/invocations`."""

    daemon_threads = True
    container: Container

    def __init__(self, port: int) -> None:
        """Takes the port, so that a taken one is known at once; `open` then answers on it."""
        super().__init__(("127.0.0.1", port), _Handler, bind_and_activate=False)
        self.server_bind()

    def open(self, container: Container) -> None:
        """Listens; before this a connection is refused."""
        self.container = container
        self.server_activate()


class _Handler(BaseHTTPRequestHandler):
    server: EndpointServer
    protocol_version = "HTTP/1.1"
    # Without these two a small answer waits for the caller's delayed acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        self._answer(200 if self.path == "/ping" else 404, b"", CONTENT_TYPE)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        through_runtime = _RUNTIME.fullmatch(self.path)
        if not through_runtime and self.path != _CONTAINER:
            self._answer(404, b"", CONTENT_TYPE)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, content, content_type = self.server.container.invoke(body, headers)
        if through_runtime and status != 200:
            self._answer(424, _model_error(status, content), CONTENT_TYPE, error="ModelError")
        else:
            self._answer(status, content, content_type)

    def _answer(self, status: int, content: bytes, content_type: str, *, error: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        if error:
            self.send_header("x-amzn-errortype", error)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged: a line each would hide what matters."""


def _model_error(status: int, content: bytes) -> bytes:
    """As the SageMaker runtime words a container's failure; callers do not retry status 424."""
    original = content.decode(errors="replace")
    message = f"Received server error ({status}) from primary with message {original!r}."
    fields = {"Message": message, "OriginalMessage": original, "OriginalStatusCode": status}
    return json.dumps(fields).encode()


def start_container(archive: Path) -> Container:
    """Load the archive and start its predict port, as the container does; the port stays open."""
    with tempfile.TemporaryDirectory() as folder:
        unpack(archive, Path(folder))
        inference = load_inference(Path(folder) / "code" / "inference.py")
        # Only now, because it takes seconds; and before it, else it logs its build options.
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        from local.sagemaker.tensorflow_serving import PredictServer, load

        server = PredictServer(load(Path(folder) / "1"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return Container(inference=inference, rest_uri=server.rest_uri)


def warm_up(container: Container) -> str:
    """The model's version, asked with a black picture: the first prediction takes seconds."""
    status, content, _ = container.invoke(build_request([bytes(INPUT_BYTES)]), {})
    if status != 200:
        raise ContainerError(f"The model does not answer: {content.decode()}")
    return parse_predictions(content, expected=1)[0].model_version


def main() -> int:
    """Serve until interrupted; 1 with a sentence when it cannot start."""
    arguments = _parser().parse_args()
    try:
        server = EndpointServer(arguments.port)
    except OSError as error:
        print(f"Port {arguments.port} cannot be used: {error.strerror}.", file=sys.stderr)
        return 1
    try:
        container = _container(arguments)
        version = warm_up(container)
    except (ArchiveError, ContainerError) as error:
        print(error, file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"Install requirements/training.txt: {error.name} is missing.", file=sys.stderr)
        return 1
    server.open(container)
    print(f"{version} answers on http://127.0.0.1:{server.server_port}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    return 0


def _container(arguments: argparse.Namespace) -> Container:
    if arguments.archive:
        return start_container(arguments.archive)
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "model.tar.gz"
        build_archive(arguments.models, archive)
        return start_container(archive)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.sagemaker.endpoint", description=__doc__)
    parser.add_argument("--port", type=int, default=8003, help="0 takes a free one")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--models", type=Path, default=Path("models"), help="a released folder")
    source.add_argument("--archive", type=Path, help="a model.tar.gz, as it goes to SageMaker")
    return parser


if __name__ == "__main__":
    sys.exit(main())
