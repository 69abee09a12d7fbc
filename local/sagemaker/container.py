"""SageMaker's TensorFlow Serving container around one model archive, as far as handlers see it."""

import importlib.util
import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import requests

from contracts.endpoint import CONTENT_TYPE
from sagemaker_inference.archive import unpack_archive

# SageMaker waits 60 s for a container.
_TIMEOUT_SECONDS = 60


class ContainerError(Exception):
    """An archive that the container could not start with; the message says what it lacks."""


@dataclass(frozen=True)
class Context:
    """What the container tells the handlers of a request, by the same names."""

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
    """The archive's `inference.py` and the address of the predict port that it stands before."""

    inference: ModuleType
    rest_uri: str

    def invoke(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes, str]:
        """Status, body and content type; whatever a handler raises becomes a 500, as there."""
        context = Context(
            rest_uri=self.rest_uri,
            request_content_type=headers.get("content-type", CONTENT_TYPE),
            accept_header=headers.get("accept", CONTENT_TYPE),
            content_length=len(body),
            custom_attributes=headers.get("x-amzn-sagemaker-custom-attributes"),
        )
        try:
            processed = self.inference.input_handler(io.BytesIO(body), context)
            response = requests.post(self.rest_uri, data=processed, timeout=_TIMEOUT_SECONDS)
            content, content_type = self.inference.output_handler(response, context)
        except Exception as error:  # The container catches everything: handlers may raise anything.
            return 500, json.dumps({"error": str(error)}).encode(), CONTENT_TYPE
        return 200, content, content_type


def unpack(archive: Path, folder: Path) -> None:
    """The archive as it lies under /opt/ml/model; ContainerError where it holds no model."""
    if not archive.is_file():
        raise ContainerError(f"There is no archive at {archive}.")
    with tarfile.open(archive) as packed:
        unpack_archive(packed, folder)
    for needed in ("1/saved_model.pb", "code/inference.py"):
        if not (folder / needed).is_file():
            raise ContainerError(f"{archive} holds no {needed}.")


def load_inference(path: Path) -> ModuleType:
    """`inference.py` as the container loads it: by path, and never into `sys.modules`."""
    spec = importlib.util.spec_from_file_location("inference", path)
    if spec is None or spec.loader is None:
        raise ContainerError(f"{path} is not a Python file.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
