"""Calls the `/v1` API: the page's only way to data, with the user's own token."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import requests

from contracts import trace
from contracts.language import current_language
from contracts.printable import replace_unprintable
from contracts.serialisation import parse
from contracts.trace import read_trace_header
from ui.api_errors import ApiUnavailableError, raise_for_status

# To connect, and to wait for a response: the API holds a read for up to 2 seconds, and its function
# times out after 15.
_TIMEOUT_SECONDS = (3, 16)

_Message = TypeVar("_Message")


@dataclass(frozen=True, kw_only=True)
class ApiConnection:
    """Calls the API at `url` with the ID token `token`."""

    url: str
    token: str
    http_session: requests.Session

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> requests.Response:
        """Sends one request; the session repeats it where that helps. Raises ApiError."""
        try:
            response = self.http_session.request(
                method,
                self.url + path,
                headers={
                    "Authorization": f"Bearer {self.token}",
                    # The API says what is wrong, and writes reports, in the language of the page.
                    "Accept-Language": current_language().tag,
                    **_trace_headers(),
                    **(headers or {}),
                },
                timeout=_TIMEOUT_SECONDS,
                allow_redirects=False,
                **options,
            )
        except requests.RequestException as error:
            raise ApiUnavailableError(502) from error
        raise_for_status(response)
        return response


def _trace_headers() -> dict[str, str]:
    """The API's function works in the trace of the page's."""
    header = read_trace_header()
    return {trace.HEADER: header} if header else {}


def parse_response(response: requests.Response, message_type: type[_Message]) -> _Message:
    """The message of a response. Raises ApiUnavailableError for another form."""
    try:
        fields = replace_unprintable(response.json())
        return parse(message_type, fields, accept_later=True)
    except ValueError as error:
        raise ApiUnavailableError(502) from error
