"""A predict port with the REST API of TensorFlow Serving, which runs a SavedModel."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from local.http_server import HttpServer, Request, Response, build_json_response

_MODEL_PATH = "/v1/models/model"
_PREDICT_PATH = f"{_MODEL_PATH}:predict"

# The answer of TensorFlow Serving about a model that is loaded.
_AVAILABLE = {
    "model_version_status": [
        {"version": "1", "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
    ]
}


@dataclass(frozen=True)
class SavedModel:
    """Holds the loaded module, because its signature works only while the module exists."""

    module: Any

    def predict(self, body: bytes) -> dict[str, Any]:
        """Answers a request in row format: each instance has one string, `pixels`."""
        instances = json.loads(body)["instances"]
        pixels = tf.constant([base64.b64decode(row["pixels"]["b64"]) for row in instances])
        outputs = self.module.signatures["serving_default"](pixels=pixels)
        columns = {name: _to_list(tensor.numpy()) for name, tensor in outputs.items()}
        rows = zip(*columns.values(), strict=True)
        return {"predictions": [dict(zip(columns, row, strict=True)) for row in rows]}


def load_model(folder: Path) -> SavedModel:
    """Loads the SavedModel in `folder`, which may be deleted afterwards."""
    return SavedModel(tf.saved_model.load(str(folder)))


def start_predict_server(model: SavedModel) -> str:
    """Serves the model on a free port in the background; returns the address for predictions."""
    server = HttpServer(0)
    server.start(lambda request: respond(request, model))
    return f"http://127.0.0.1:{server.server_port}{_PREDICT_PATH}"


def respond(request: Request, model: SavedModel) -> Response:
    """Answers `POST /v1/models/model:predict` and `GET /v1/models/model`."""
    if (request.method, request.path) == ("GET", _MODEL_PATH):
        return build_json_response(200, _AVAILABLE)
    if (request.method, request.path) == ("POST", _PREDICT_PATH):
        return _predict(request.body, model)
    return build_json_response(404, {"error": f"No model at {request.path}."})


def _predict(body: bytes, model: SavedModel) -> Response:
    try:
        return build_json_response(200, model.predict(body))
    except (ValueError, KeyError, TypeError, tf.errors.OpError) as error:
        message = f"{type(error).__name__}: the request does not fit."
        return build_json_response(400, {"error": message})


def _to_list(values: NDArray[Any]) -> list[Any]:
    """Returns numbers, or text where the tensor holds bytes."""
    if values.dtype == np.object_:
        return [value.decode() for value in values]
    return list(values.tolist())
