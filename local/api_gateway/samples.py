"""Serves the sample images of a folder under `/samples/`."""

import json
import mimetypes
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, unquote

from local.api_gateway.error_responses import build_problem_response, build_response
from local.http_server import Request, Response

PATH = "/samples/"
# Nothing from the folder may run as a script of the page, so other types are only downloaded.
_IMAGE_TYPES = ("image/png", "image/jpeg")


def respond(request: Request, folder: Path, *, prefix: str) -> Response:
    """Lists the folder, or returns a file that is directly in it; no other path is served."""
    samples = {path.name: path for path in sorted(folder.iterdir()) if _is_sample(path)}
    name = unquote(request.path.removeprefix(PATH))
    if request.method not in ("GET", "HEAD"):
        status, detail = HTTPStatus.METHOD_NOT_ALLOWED, "Samples can only be read."
        return build_problem_response(status, detail, request=request)
    if not name:
        listing = [
            {"name": name, "url": prefix + PATH + quote(name), "bytes": path.stat().st_size}
            for name, path in samples.items()
        ]
        return build_response(HTTPStatus.OK, "application/json", json.dumps(listing).encode())
    if name not in samples:
        return build_problem_response(
            HTTPStatus.NOT_FOUND, "There is no such sample.", request=request
        )
    guess = mimetypes.guess_type(name)[0]
    content_type = guess if guess in _IMAGE_TYPES else "application/octet-stream"
    return build_response(HTTPStatus.OK, content_type, samples[name].read_bytes())


def _is_sample(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".")
