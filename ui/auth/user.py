"""The logged-in user, read from the ID token in the session, which was verified at login."""

import base64
import json
import time
from typing import Any

from contracts.access import Role, User, parse_user
from ui.auth.sessions import SessionEnd, current_session


def current_user() -> User | None:
    """None if nobody is logged in, or if the token has expired."""
    session = current_session()
    if "token" not in session:
        return None
    if remaining_seconds() <= 0:
        session.end = SessionEnd.TOKEN
        return None
    return parse_user(parse_claims(session["token"]))


def token_subject() -> str | None:
    """Whose session it is, also after its token has expired."""
    token = current_session().get("token")
    return str(parse_claims(token)["sub"]) if token else None


def remaining_seconds() -> float:
    """Until the token of the session expires."""
    return float(parse_claims(current_session()["token"])["exp"] - time.time())


def seconds_to_renewal() -> float:
    """Until the token of the session has less than half of its life before it."""
    claims = parse_claims(current_session()["token"])
    return float((claims["exp"] + claims["iat"]) / 2 - time.time())


def can_review(user: User | None) -> bool:
    return user is not None and Role.DOCTOR in user.roles


def can_change_settings(user: User | None) -> bool:
    return user is not None and Role.ADMINISTRATOR in user.roles


def parse_claims(token: str) -> dict[str, Any]:
    """The claims of an ID token, without a check of its signature: login has verified that."""
    body = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims
