"""Renews the token of a user at work: a redirect through the login's own session, without a form.

Cognito keeps its session in a cookie of its own domain, so only a navigation reaches it for sure; a
hidden frame does where page and login are of one site. No refresh token is stored anywhere.
"""

import time

from flask import redirect, request
from flask.typing import ResponseReturnValue

from ui.auth import oidc
from ui.auth.sessions import current_session
from ui.auth.user import seconds_to_renewal
from ui.view_helpers import get_settings, is_htmx_request

# After a login that has no session any more, or did not answer.
_PAUSE_SECONDS = 5 * 60


def can_renew() -> bool:
    """Whether a login without a form may replace the token in the cookie, expired or not."""
    session = current_session()
    return "token" in session and time.time() >= session.get("no_renewal_until", 0)


def is_renewal_due() -> bool:
    """Whether this request opens a page, and less than half of the token's life is left.

    Only a browser says that it navigates; its scripts and other programs expect no redirect.
    """
    is_navigation = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    return is_navigation and not is_htmx_request() and can_renew() and seconds_to_renewal() <= 0


def start_renewal(*, next_page: str, failure_page: str) -> ResponseReturnValue:
    login = oidc.PendingLogin(
        next_page=next_page, failure_page=failure_page, prompt=oidc.Prompt.NONE
    )
    return redirect(oidc.start_login(f"{get_settings().public_url}/login/callback", login))


def pause_renewal() -> None:
    """Otherwise each page would try again, and the first would never be shown."""
    current_session()["no_renewal_until"] = int(time.time()) + _PAUSE_SECONDS
