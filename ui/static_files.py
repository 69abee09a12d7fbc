"""Gives each static file an address that changes with its bytes, so that browsers may keep it."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask


def address_by_content(app: Flask) -> None:
    folder = Path(app.static_folder or "")

    @app.url_defaults
    def add_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            values["v"] = _hash(folder / values["filename"])


@cache
def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
