"""The logged-in user, read from the ID token in the session, which was verified at login."""

import base64
import json
import time
from typing import Any

from contracts.access import Role, User, parse_user
from ui.auth.sessions import current_session, expire_session


def current_user() -> User | None:
    """None if nobody is logged in; an expired token ends the session."""
    token = current_session().get("token")
    if token is None:
        return None
    claims = parse_claims(token)
    if claims["exp"] <= time.time():
        expire_session()
        return None
    return parse_user(claims)


def can_review(user: User | None) -> bool:
    return user is not None and Role.DOCTOR in user.roles


def can_change_settings(user: User | None) -> bool:
    return user is not None and Role.ADMINISTRATOR in user.roles


def parse_claims(token: str) -> dict[str, Any]:
    """The claims of an ID token, without a check of its signature: login has verified that."""
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims
