"""A login domain that makes the same checks as Cognito."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from tests.ui.recorded_api import RecordedApi, RecordedRequest, RecordedResponse


class LoginDomain:
    """A login domain whose token endpoint exchanges the code for `token` and verifies PKCE."""

    def __init__(self, api: RecordedApi, key: RSAKey) -> None:
        self.token = ""
        self.challenge = ""
        api.respond(
            "GET /pool/.well-known/jwks.json", RecordedResponse(body={"keys": [key.as_dict(False)]})
        )
        api.respond("POST /login-domain/oauth2/token", self._exchange)

    def authorize(self, address: str) -> dict[str, str]:
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.challenge = query["code_challenge"]
        return query

    def _exchange(self, request: RecordedRequest) -> RecordedResponse:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if form["code"] != "the-code" or "client_secret" in form or challenge != self.challenge:
            return RecordedResponse(status=400, body={"error": "invalid_grant"})
        tokens = {"id_token": self.token, "access_token": "a", "refresh_token": "r"}
        return RecordedResponse(body={**tokens, "token_type": "Bearer", "expires_in": 3600})


def complete_login(visitor: FlaskClient, login: LoginDomain, next_page: str = "/") -> TestResponse:
    start = visitor.get(f"/login/start?next={next_page}")
    query = login.authorize(start.headers["Location"])
    return visitor.get(f"/login/callback?code=the-code&state={query['state']}")
