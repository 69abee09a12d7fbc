"""Deletes a radiograph, and finds what is left of it."""

from typing import Any

from lambdas import delete_radiograph
from tests.lambdas.calls import Aws, Context

BY = "5f0c1f6e-8a35-4c1f-9a1c-2f6d2b9f1c11"
FILE_NAME = "Meier-thorax.png"


def delete(radiograph: str, *, by: str = BY) -> dict[str, Any]:
    deletion: dict[str, Any] = delete_radiograph.handler(
        {"radiograph_id": radiograph, "by": by}, Context()
    )
    return deletion


def stored_versions(aws: Aws) -> list[str]:
    """The keys of all objects about radiographs, once for each version and delete marker."""
    page = aws.s3.list_object_versions(Bucket="pictures")
    entries = (*page.get("Versions", []), *page.get("DeleteMarkers", []))
    return [entry["Key"] for entry in entries if not entry["Key"].startswith("lists/progress/")]


def cached_text(aws: Aws) -> str:
    """All keys and decrypted records of Redis, as one text."""
    redis_keys = [key.decode() for key in aws.redis.scan_iter()]
    radiographs = [key.partition(":")[2] for key in redis_keys if key.startswith("radiograph:")]
    return f"{redis_keys} {[aws.cached_record(radiograph) for radiograph in radiographs]}"
