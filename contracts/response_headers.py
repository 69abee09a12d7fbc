"""The HTTP headers that every response of page, API and gateway carries."""

from collections.abc import Mapping

_YEAR_SECONDS = 365 * 24 * 3600

SECURITY_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    # CSRF protection checks the referrer within this site; other sites get none.
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": f"max-age={_YEAR_SECONDS}; includeSubDomains",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# For the responses of the API, which hold data of patients, and for the gateway's own errors.
DATA_HEADERS: Mapping[str, str] = {**SECURITY_HEADERS, "Cache-Control": "no-store"}
