"""The WSGI application, created from the environment at the first request."""

import os
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from flask import Flask

from ui.application import create_app
from ui.auth.session_keys import derive_session_keys, fetch_secret
from ui.request_log import logger
from ui.settings import read_settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answers 503 while a secret of the page cannot be read; the next request tries again."""
    try:
        application = _get_application()
    except (BotoCoreError, ClientError) as error:
        logger.error("A secret of the page cannot be read", extra={"error": type(error).__name__})
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "2")]
        start_response("503 Service Unavailable", headers)
        return [b"The page cannot start yet. Nothing is lost; try again in a moment.\n"]
    return application(environ, start_response)


@cache
def _get_application() -> Flask:
    settings = read_settings(os.environ)
    keys = derive_session_keys(fetch_secret(settings.session_secret_arn))
    return create_app(settings, keys, page_key=fetch_secret(settings.page_key_arn))
