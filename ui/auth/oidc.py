"""Login by OpenID Connect: code flow with PKCE, as a public client, through Authlib."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from authlib.integrations.flask_client import OAuth  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from flask import Flask, current_app, request, session

from contracts.language import current_language
from ui.settings import Settings

_CLIENT_NAME = "login"
# Authlib stores what the callback must match under session keys with this prefix.
_STATE_PREFIX = f"_state_{_CLIENT_NAME}_"
_TIMEOUT_SECONDS = 5


class IDToken(CodeIDToken):  # type: ignore[misc]
    """An ID token whose nonce is optional, because cognito-local leaves it out.

    PKCE and the state bind the token to this browser; a nonce that is present must still match.
    """

    def validate_nonce(self) -> None:
        if "nonce" in self:
            super().validate_nonce()


def register_oidc_client(app: Flask, settings: Settings) -> None:
    oauth = OAuth(app)
    oauth.register(
        _CLIENT_NAME,
        client_id=settings.client_id,
        authorize_url=f"{settings.login_url}/oauth2/authorize",
        access_token_url=f"{settings.login_url}/oauth2/token",
        issuer=settings.issuer,
        jwks_uri=f"{settings.issuer}/.well-known/jwks.json",
        id_token_signing_alg_values_supported=["RS256"],
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "none",
            "default_timeout": _TIMEOUT_SECONDS,
        },
    )


class Prompt(StrEnum):
    """`LOGIN` asks for the password even where the login has a session of its own, so that the end
    of our session is one. `NONE` shows no form: it returns a code, or the error `login_required`.
    """

    LOGIN = "login"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class PendingLogin:
    """A login that this browser has started: where it leads, and where its failure does."""

    next_page: str
    failure_page: str
    prompt: Prompt


def start_login(callback_url: str, login: PendingLogin) -> str:
    """Stores state, nonce and PKCE verifier in the session; returns the URL of the login page."""
    # Each abandoned login takes 400 bytes of the cookie, so only the latest is stored.
    for key in [key for key in session if key.startswith(_STATE_PREFIX)][:-1]:
        del session[key]
    client = _oidc_client()
    authorization = client.create_authorization_url(
        callback_url, prompt=login.prompt.value, lang=current_language().tag
    )
    state = {name: authorization[name] for name in ("state", "nonce", "code_verifier")}
    client.save_authorize_data(
        redirect_uri=callback_url,
        **state,
        next_page=login.next_page,
        prompt=login.prompt.value,
        # Most renewals lead to the same page either way, and the cookie is small.
        **({"failure_page": login.failure_page} if login.failure_page != login.next_page else {}),
    )
    return str(authorization["url"])


def find_pending_login() -> PendingLogin | None:
    """The login to which the state of this callback belongs; None if this browser started none."""
    client = _oidc_client()
    data = client.framework.get_state_data(session, request.args.get("state"))
    # A login that an earlier release started names no page.
    if not data or "next_page" not in data:
        return None
    next_page = data["next_page"]
    return PendingLogin(
        next_page=next_page,
        failure_page=data.get("failure_page", next_page),
        prompt=Prompt(data["prompt"]),
    )


def drop_pending_login() -> None:
    """Its state is used once, also where the login answered with an error."""
    client = _oidc_client()
    client.framework.clear_state_data(session, request.args.get("state"))


def finish_login(settings: Settings) -> str:
    """Returns the ID token after verifying its signature, issuer, audience, times and nonce.

    Raises Authlib's OAuthError, joserfc's JoseError or requests' RequestException.
    """
    claims_options = {
        "iss": {"essential": True, "value": settings.issuer},
        "aud": {"essential": True, "value": settings.client_id},
    }
    tokens = _oidc_client().authorize_access_token(
        claims_cls=IDToken, claims_options=claims_options
    )
    return str(tokens["id_token"])


def _oidc_client() -> Any:
    oauth = current_app.extensions["authlib.integrations.flask_client"]
    return oauth.create_client(_CLIENT_NAME)
