"""Puts a hash of its content into the URL of each static file, so that browsers can cache it."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask


def add_content_hashes(app: Flask) -> None:
    """Makes `url_for("static", ...)` add the hash as the query argument `v`.

    The film decoder is built into the bundle: in the source tree it has no file, and no hash.
    """
    folder = Path(app.static_folder or "")

    @app.url_defaults
    def add_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            path = folder / values["filename"]
            values["v"] = _content_hash(path) if path.is_file() else None


@cache
def _content_hash(path: Path) -> str:
    return hash_content(path.read_bytes())


def hash_content(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
