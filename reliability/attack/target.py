"""The system that is attacked, with the accounts and radiographs that the tries use."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import RSAKey

from contracts.api import Created, Upload
from local.aws.cognito import ACCOUNTS
from reliability.api_client import ApiClient
from reliability.attack.json_tokens import read_claims, read_header
from reliability.attack.leaks import find_leak
from reliability.http_requests import Answer, Request, send
from reliability.page_session import PageSession, log_in
from reliability.running_system import RunningSystem

_ANSWER_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Site:
    """A doctor of a site, with a radiograph that is answered and one whose file is not sent."""

    email: str
    client: ApiClient
    session: PageSession
    radiograph: str
    announcement: Created

    @property
    def token(self) -> str:
        return self.client.token

    def sign_form(self, film: bytes) -> Upload:
        """A new form for the file that is not sent: the first one expires while tries run."""
        form = _announce_later(self.client, film).upload
        assert form is not None
        return form


@dataclass(frozen=True, kw_only=True, eq=False)
class Target:
    """`key` signs the pool's tokens: with it the tries build tokens that are wrong in one thing.
    `film` is the file that both sites have announced.
    """

    system: RunningSystem
    north: Site
    south: Site
    administrator: PageSession
    key: RSAKey
    film: bytes

    @property
    def data(self) -> Path:
        return self.system.settings.data

    def send(self, request: Request) -> Answer:
        return send(self.system.url, request)

    def find_break(self, request: Request, statuses: Collection[int], *, lacks: str = "") -> str:
        """Returns what is wrong unless the answer has one of the statuses, without `lacks`."""
        answer = self.send(request)
        if answer.status not in statuses:
            return f"status {answer.status}: {answer.text[:80]!r}"
        if lacks and lacks in answer.text:
            return f"the answer has {lacks!r}"
        return find_leak(answer)

    def build_claims(self, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The claims of a valid token of the northern doctor, with changes; None removes one."""
        claims = {**read_claims(self.north.token), "jti": str(uuid4()), **(changes or {})}
        return {name: value for name, value in claims.items() if value is not None}

    def sign_token(
        self,
        changes: Mapping[str, Any] | None = None,
        *,
        header: Mapping[str, Any] | None = None,
    ) -> str:
        """A token with the pool's own signature."""
        head = {"alg": "RS256", "kid": self.key_id, **(header or {})}
        key, algorithms = self.key, [str(head["alg"])]
        return jwt.encode(head, self.build_claims(changes), key, algorithms=algorithms)

    @property
    def key_id(self) -> str:
        return str(read_header(self.north.token)["kid"])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def prepare_target(system: RunningSystem, film: bytes) -> Target:
    """Logs the demo accounts in, and uploads `film` for both sites."""
    north, south, administrator = (
        next(account.email for account in ACCOUNTS if group in account.groups)
        for group in ("siteNorth", "siteSouth", "administrator")
    )
    pem = (system.settings.data / "login" / ".cognito" / "signing-key.pem").read_bytes()
    return Target(
        system=system,
        north=_prepare_site(system, north, film),
        south=_prepare_site(system, south, film),
        administrator=log_in(system.url, administrator),
        key=RSAKey.import_key(pem),
        film=film,
    )


def _prepare_site(system: RunningSystem, email: str, film: bytes) -> Site:
    client = ApiClient(system, email)
    created = client.create_radiograph("film.png", film, key=str(uuid4()))
    client.upload(created, film)
    announcement = _announce_later(client, film)
    deadline = time.monotonic() + _ANSWER_SECONDS
    while not client.is_answered(created.radiograph.id):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{created.radiograph.id} has no answer.")
        time.sleep(0.1)
    return Site(
        email=email,
        client=client,
        session=log_in(system.url, email),
        radiograph=created.radiograph.id,
        announcement=announcement,
    )


def _announce_later(client: ApiClient, film: bytes) -> Created:
    """With one key for each site, so that it is the same radiograph each time."""
    return client.create_radiograph("later.png", film, key="later")
