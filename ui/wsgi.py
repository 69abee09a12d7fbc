"""The application of the environment, made when the first request comes."""

import logging
import os
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from flask import Flask

from ui.application import create_app
from ui.auth.session_keys import read_keys
from ui.settings import from_environment

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_logger = logging.getLogger(__name__)


def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    try:
        made = _application()
    except (BotoCoreError, ClientError) as error:
        # Not kept: the next request reads the secret again.
        _logger.error("The session secret cannot be read: %s", type(error).__name__)
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "2")]
        start_response("503 Service Unavailable", headers)
        return [b"The page cannot start yet. Nothing is lost; try again in a moment.\n"]
    return made(environ, start_response)


@cache
def _application() -> Flask:
    settings = from_environment(os.environ)
    return create_app(settings, read_keys(settings.session_secret_arn))
