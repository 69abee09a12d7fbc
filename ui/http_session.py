"""The HTTP session of the API client, which repeats a request once where that can help.

It serves requests that the API handles the same when they arrive twice, POST included.
"""

from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError, TimeoutError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

from contracts.page_key import PAGE_KEY_HEADER

_BUSY_STATUSES = frozenset({429, 503})
_DEFAULT_WAIT_SECONDS = 1.0
# The firewall asks for minutes, which nobody waits for in front of a page.
_MAX_WAIT_SECONDS = 2


class RetryOnce(Retry):
    """Repeats a request after a busy status or a connection that failed, never after a timeout.

    A second timeout would run past the 29 seconds after which API Gateway times out.
    """

    def increment(self, *arguments: Any, **options: Any) -> Self:
        error = options.get("error")
        # urllib3 counts a connection that was refused as a timeout too.
        is_timeout = isinstance(error, TimeoutError) and not isinstance(error, NewConnectionError)
        retry = self.new(total=0) if is_timeout else self
        return Retry.increment(retry, *arguments, **options)

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        seconds = super().get_retry_after(response)
        return _DEFAULT_WAIT_SECONDS if seconds is None else seconds


def build_http_session(page_key: str) -> requests.Session:
    retry = RetryOnce(
        total=1,
        allowed_methods=None,
        status_forcelist=_BUSY_STATUSES,
        raise_on_status=False,
        retry_after_max=_MAX_WAIT_SECONDS,
    )
    session = requests.Session()
    session.headers[PAGE_KEY_HEADER] = page_key
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(max_retries=retry))
    return session
