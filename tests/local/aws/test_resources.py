"""A start publishes the bundled model as a deploy does: once, and never undoes a promotion."""

import json
from pathlib import Path
from typing import Any

import pytest

from contracts import model_layout
from local.aws.resources import MODELS_BUCKET, publish_model
from local.settings import Settings


@pytest.fixture
def settings(aws_port: int, s3: Any) -> Settings:
    """Settings of a run on the S3 of the tests, with an empty models bucket."""
    s3.create_bucket(Bucket=MODELS_BUCKET)
    for entry in s3.list_objects_v2(Bucket=MODELS_BUCKET).get("Contents", []):
        s3.delete_object(Bucket=MODELS_BUCKET, Key=entry["Key"])
    return Settings(port=aws_port - 1)


def _release(folder: Path, version: str, weights: bytes = b"weights") -> Path:
    card = folder / "model_card.json"
    fields = {"model_version": version, "artefacts": {"cpu": {"path": "cpu.tflite"}}}
    card.write_text(json.dumps(fields))
    (folder / "cpu.tflite").write_bytes(weights)
    return card


def _pointer(s3: Any) -> str:
    body = s3.get_object(Bucket=MODELS_BUCKET, Key=model_layout.POINTER_KEY)["Body"].read()
    return str(json.loads(body)["model_version"])


def test_a_first_start_publishes_the_bundled_model(
    settings: Settings, s3: Any, tmp_path: Path
) -> None:
    assert publish_model(settings, _release(tmp_path, "first")) == "first"
    weights = s3.get_object(Bucket=MODELS_BUCKET, Key=model_layout.file_key("first", "cpu.tflite"))
    assert weights["Body"].read() == b"weights"
    assert _pointer(s3) == "first"


def test_a_later_start_leaves_the_pointer(settings: Settings, s3: Any, tmp_path: Path) -> None:
    publish_model(settings, _release(tmp_path, "first"))
    description = publish_model(settings, _release(tmp_path, "second"))
    assert description == "first (models/ has second, not promoted)"
    assert _pointer(s3) == "first"


def test_a_version_is_published_once(settings: Settings, s3: Any, tmp_path: Path) -> None:
    publish_model(settings, _release(tmp_path, "first"))
    publish_model(settings, _release(tmp_path, "first", b"other weights"))
    weights = s3.get_object(Bucket=MODELS_BUCKET, Key=model_layout.file_key("first", "cpu.tflite"))
    assert weights["Body"].read() == b"weights"
