"""The SageMaker endpoint on one machine: the archive's own handlers in front of a predict port.

`python -m local.sagemaker.endpoint --port 8003 --models models`
"""

import argparse
import contextlib
import os
import re
import sys
import tempfile
from http import HTTPStatus
from pathlib import Path

from contracts.endpoint import CONTENT_TYPE, INPUT_BYTES, build_request, parse_predictions
from local.http_server import HttpServer, Request, Response, build_json_response
from local.sagemaker.container import Container, ContainerError, load_inference, unpack
from sagemaker_inference.archive import ArchiveError, build_archive

# The path inside a container, and the path of the SageMaker runtime's API.
_CONTAINER_PATH = "/invocations"
_RUNTIME_PATH = re.compile(r"/endpoints/(?P<name>[A-Za-z0-9-]+)/invocations")
# As messages of AWS name them.
_REGION, _ACCOUNT = "us-east-1", "123456789012"


def respond(request: Request, container: Container) -> Response:
    """Answers `GET /ping`, `POST /invocations` and `POST /endpoints/{name}/invocations`."""
    if request.method == "GET" and request.path == "/ping":
        return Response(status=200, headers=[("Content-Type", CONTENT_TYPE)])
    runtime = _RUNTIME_PATH.fullmatch(request.path)
    if request.method != "POST" or not (runtime or request.path == _CONTAINER_PATH):
        return Response(status=404, headers=[("Content-Type", CONTENT_TYPE)])
    headers = {name.lower(): value for name, value in request.headers}
    status, content, content_type = container.invoke(request.body, headers)
    if runtime and status != 200:
        return _build_model_error(runtime["name"], status, content)
    return Response(status=status, headers=[("Content-Type", content_type)], body=content)


def start_container(archive: Path) -> Container:
    """Loads the archive and starts its predict port, as the container does; the port stays open."""
    with tempfile.TemporaryDirectory() as folder:
        unpack(archive, Path(folder))
        inference = load_inference(Path(folder) / "code" / "inference.py")
        # Must be set before TensorFlow is imported, or it logs its build options.
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        # Imported here, because TensorFlow takes seconds to load.
        from local.sagemaker.tensorflow_serving import load_model, start_predict_server

        rest_uri = start_predict_server(load_model(Path(folder) / "1"))
    return Container(inference=inference, rest_uri=rest_uri)


def warm_up(container: Container) -> str:
    """Predicts a black image, which takes seconds the first time; returns the model's version."""
    status, content, _ = container.invoke(build_request([bytes(INPUT_BYTES)]), {})
    if status != 200:
        raise ContainerError(f"The model does not answer: {content.decode()}")
    return parse_predictions(content, expected=1)[0].model_version


def main() -> int:
    """Serves until interrupted; returns 2 with a sentence on stderr if it cannot start."""
    arguments = _parser().parse_args()
    try:
        # Takes the port before the model is loaded, so that a port in use is reported at once.
        server = HttpServer(arguments.port)
    except OSError as error:
        print(f"Port {arguments.port} cannot be used: {error.strerror}.", file=sys.stderr)
        return 2
    try:
        container = _load_container(arguments)
        version = warm_up(container)
    except (ArchiveError, ContainerError) as error:
        print(error, file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        print(f"Install requirements/training.txt: {error.name} is missing.", file=sys.stderr)
        return 2
    server.listen(lambda request: respond(request, container))
    print(f"{version} answers on http://127.0.0.1:{server.server_port}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    return 0


def _build_model_error(name: str, status: int, content: bytes) -> Response:
    """Builds the error of the SageMaker runtime for an error of the container.

    The status is 424, which callers do not retry. AWS counts the container's own status:
    `Invocation4XXErrors`, or `Invocation5XXErrors`, whose alarm rolls a new model back.
    """
    original = content.decode(errors="replace")
    side, code = (
        ("server", "INTERNAL_FAILURE_FROM_MODEL")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR
        else ("client", "CLIENT_ERROR_FROM_MODEL")
    )
    group = f"/aws/sagemaker/Endpoints/{name}"
    console = f"https://{_REGION}.console.aws.amazon.com/cloudwatch/home?region={_REGION}"
    message = (
        f'Received {side} error ({status}) from primary with message "{original}". '
        f"See {console}#logEventViewer:group={group} in account {_ACCOUNT} for more information."
    )
    fields = {
        "ErrorCode": code,
        "LogStreamArn": f"arn:aws:logs:{_REGION}:{_ACCOUNT}:log-group:{group}",
        "Message": message,
        "OriginalMessage": original,
        "OriginalStatusCode": status,
    }
    return build_json_response(424, fields, {"x-amzn-ErrorType": "ModelError"})


def _load_container(arguments: argparse.Namespace) -> Container:
    if arguments.archive:
        return start_container(arguments.archive)
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "model.tar.gz"
        build_archive(arguments.models, archive)
        return start_container(archive)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.sagemaker.endpoint", description=__doc__)
    parser.add_argument("--port", type=int, default=8003, help="0 takes a free port")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--models", type=Path, default=Path("models"), help="a released folder")
    source.add_argument("--archive", type=Path, help="a model.tar.gz as SageMaker receives it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
