"""A predict port shaped like TensorFlow Serving's REST one, which runs a SavedModel."""

import base64
import json
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

MODEL = "/v1/models/model"

# As TensorFlow Serving describes a servable that is loaded.
_AVAILABLE = {
    "model_version_status": [
        {"version": "1", "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
    ]
}


@dataclass(frozen=True)
class Servable:
    """A loaded SavedModel; `loaded` must live as long as its signature is used."""

    loaded: Any

    def predict(self, body: bytes) -> dict[str, Any]:
        """The row format's answer to the row format's request, one string input `pixels` each."""
        instances = json.loads(body)["instances"]
        pixels = tf.constant([base64.b64decode(one["pixels"]["b64"]) for one in instances])
        outputs = self.loaded.signatures["serving_default"](pixels=pixels)
        columns = {name: _plain(tensor.numpy()) for name, tensor in outputs.items()}
        rows = zip(*columns.values(), strict=True)
        return {"predictions": [dict(zip(columns, row, strict=True)) for row in rows]}


def load(folder: Path) -> Servable:
    """The SavedModel in `folder`, which may be deleted afterwards."""
    return Servable(tf.saved_model.load(str(folder)))


class PredictServer(ThreadingHTTPServer):
    """Answers `POST /v1/models/model:predict` and `GET /v1/models/model` on a free port."""

    daemon_threads = True

    def __init__(self, servable: Servable) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.servable = servable

    @property
    def rest_uri(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{MODEL}:predict"


class _Handler(BaseHTTPRequestHandler):
    server: PredictServer
    protocol_version = "HTTP/1.1"
    # Without these two a small answer waits for the caller's delayed acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        if self.path == MODEL:
            self._answer(200, _AVAILABLE)
        else:
            self._answer(404, {"error": f"No model at {self.path}."})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if self.path != f"{MODEL}:predict":
            self._answer(404, {"error": f"No model at {self.path}."})
            return
        try:
            answer = self.server.servable.predict(body)
        except (ValueError, KeyError, TypeError, tf.errors.OpError) as error:
            self._answer(400, {"error": f"{type(error).__name__}: the request does not fit."})
        else:
            self._answer(200, answer)

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged: a line each would hide what matters."""


def _plain(values: NDArray[Any]) -> list[Any]:
    """Lists of numbers, or of text where the tensor holds bytes."""
    if values.dtype == np.object_:
        return [value.decode() for value in values]
    return list(values.tolist())
