"""The errors of the `/v1` API, as the page meets them.

ApiError
├── LoginRequiredError    401  the token has expired
├── AccessDeniedError     403  the account has no right to this
└── ApiUnavailableError   502, 504, no response, or a response that cannot be parsed
"""

from typing import Any

import requests


class ApiError(Exception):
    """The API answered with an error; `reference` finds the request in its logs."""

    def __init__(self, status: int, detail: str = "", reference: str = "") -> None:
        super().__init__(status)
        self.status, self.detail, self.reference = status, detail, reference


class LoginRequiredError(ApiError):
    pass


class AccessDeniedError(ApiError):
    pass


class ApiUnavailableError(ApiError):
    pass


_ERRORS = {
    401: LoginRequiredError,
    403: AccessDeniedError,
    502: ApiUnavailableError,
    504: ApiUnavailableError,
}


def raise_for_status(response: requests.Response) -> None:
    """Raises the ApiError of a response that is none of success."""
    if response.ok and not response.is_redirect:
        return
    problem = _parse_problem(response)
    detail, reference = str(problem.get("detail", "")), str(problem.get("reference", ""))
    error = _ERRORS.get(response.status_code, ApiError)
    raise error(response.status_code, detail, reference)


def _parse_problem(response: requests.Response) -> dict[str, Any]:
    """The fields of a problem detail (RFC 9457); none if the body is not JSON."""
    try:
        fields = response.json()
    except requests.JSONDecodeError:
        return {}
    return fields if isinstance(fields, dict) else {}
