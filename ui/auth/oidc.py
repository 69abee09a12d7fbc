"""The login by OpenID Connect: code flow with PKCE, as a public client, through Authlib."""

from typing import Any

from authlib.integrations.flask_client import OAuth  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from flask import Flask, current_app, session

from ui.settings import Settings

_NAME = "login"
_PENDING = f"_state_{_NAME}_"
_TIMEOUT_SECONDS = 5


class IDToken(CodeIDToken):  # type: ignore[misc]
    """cognito-local leaves the nonce out; PKCE and the state still tie the token to this browser.
    A nonce that is there must be ours.
    """

    def validate_nonce(self) -> None:
        if "nonce" in self:
            super().validate_nonce()


def connect(app: Flask, settings: Settings) -> None:
    oauth = OAuth(app)
    oauth.register(
        _NAME,
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


def client() -> Any:
    """The client of the running application."""
    oauth = current_app.extensions["authlib.integrations.flask_client"]
    return oauth.create_client(_NAME)


def begin(callback_url: str) -> str:
    """The address to send the doctor to; what the callback must match is kept in the session."""
    # Logins begun in other tabs and left: each takes 300 bytes of the cookie, so one is kept.
    for key in [key for key in session if key.startswith(_PENDING)][:-1]:
        del session[key]
    begun = client().create_authorization_url(callback_url)
    kept = {name: begun[name] for name in ("state", "nonce", "code_verifier")}
    client().save_authorize_data(redirect_uri=callback_url, **kept)
    return str(begun["url"])


def finish(settings: Settings) -> str:
    """The ID token, checked: signature, issuer, audience, times, nonce.

    Raises Authlib's OAuthError, joserfc's JoseError or requests' RequestException.
    """
    expected = {
        "iss": {"essential": True, "value": settings.issuer},
        "aud": {"essential": True, "value": settings.client_id},
    }
    token = client().authorize_access_token(claims_cls=IDToken, claims_options=expected)
    return str(token["id_token"])
