"""SageMaker's TensorFlow Serving container for one model archive, as its handlers see it."""

import importlib.util
import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import ModuleType

import requests

from contracts.endpoint import CONTENT_TYPE
from sagemaker_inference.archive import unpack_archive

# SageMaker waits 60 seconds for the answer of a container.
_TIMEOUT_SECONDS = 60


class ContainerError(Exception):
    """The container cannot start with this archive; the message says why."""


@dataclass(frozen=True)
class Context:
    """The description of a request that handlers receive; the container defines the names."""

    rest_uri: str
    request_content_type: str
    accept_header: str
    content_length: int
    custom_attributes: str | None
    model_name: str = "model"
    model_version: str = "1"
    method: str = "predict"


@dataclass(frozen=True)
class Container:
    """The archive's `inference.py`, and the address of the predict port that it uses."""

    inference: ModuleType
    rest_uri: str

    def invoke(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes, str]:
        """Returns status, body and content type, as AWS's `python_service.py` answers.

        An HTTPError of its framework (falcon) keeps its status, and so does an error of TensorFlow
        Serving; any other exception of a handler becomes a 500.
        """
        context = Context(
            rest_uri=self.rest_uri,
            request_content_type=headers.get("content-type", CONTENT_TYPE),
            accept_header=headers.get("accept", CONTENT_TYPE),
            content_length=len(body),
            custom_attributes=headers.get("x-amzn-sagemaker-custom-attributes"),
        )
        try:
            model_request = self.inference.input_handler(io.BytesIO(body), context)
            response = requests.post(self.rest_uri, data=model_request, timeout=_TIMEOUT_SECONDS)
            if response.status_code != HTTPStatus.OK:
                return _build_http_error(response.status_code, description=response.text)
            content, content_type = self.inference.output_handler(response, context)
        except self.inference.HTTPError as error:
            status = int(error.status.split()[0])
            return _build_http_error(status, title=error.title, description=error.description)
        except Exception as error:  # Handlers may raise anything, and the container catches it.
            return 500, json.dumps({"error": str(error)}).encode(), CONTENT_TYPE
        return 200, content, content_type


def _build_http_error(status: int, *, description: str, title: str = "") -> tuple[int, bytes, str]:
    """Returns the answer of falcon to an HTTPError, whose title is the status if it has none."""
    title = title or f"{status} {HTTPStatus(status).phrase}"
    content = json.dumps({"title": title, "description": description})
    return status, content.encode(), CONTENT_TYPE


def unpack(archive: Path, folder: Path) -> None:
    """Unpacks the archive as under /opt/ml/model. Raises ContainerError if it holds no model."""
    if not archive.is_file():
        raise ContainerError(f"There is no archive at {archive}.")
    with tarfile.open(archive) as tar:
        unpack_archive(tar, folder)
    for path in ("1/saved_model.pb", "code/inference.py"):
        if not (folder / path).is_file():
            raise ContainerError(f"{archive} holds no {path}.")


def load_inference(path: Path) -> ModuleType:
    """Loads `inference.py` as the container does: by path, and not into `sys.modules`."""
    spec = importlib.util.spec_from_file_location("inference", path)
    if spec is None or spec.loader is None:
        raise ContainerError(f"{path} is not a Python file.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
