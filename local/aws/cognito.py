"""The login: cognito-local, its user pool and client, and the demo accounts."""

import json
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.aws.clients import build_client
from local.npm.program import Program, node
from local.processes.group import Command
from local.settings import NODE, ROOT, Settings

COGNITO_LOCAL = Program(name="cognito-local", version="5.3.0", folder=NODE)

PASSWORD = "Chest-Xray-1"
_POOL = "chest-xray"
# Cognito's own default; the page logs in again by redirect.
_TOKEN_MINUTES = 60


@dataclass(frozen=True, kw_only=True)
class Account:
    email: str
    groups: tuple[str, ...]
    is_for: str


ACCOUNTS = (
    Account(
        email="doctor@north.example", groups=("siteNorth", "doctor"), is_for="doctor, site North"
    ),
    Account(
        email="doctor@south.example", groups=("siteSouth", "doctor"), is_for="doctor, site South"
    ),
    Account(
        email="admin@north.example",
        groups=("siteNorth", "administrator"),
        is_for="administrator, site North",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Login:
    """The pool of users: `issuer` stands in their tokens, `keys_url` proves them."""

    issuer: str
    client_id: str
    pool_id: str

    @property
    def keys_url(self) -> str:
        return f"{self.issuer}/.well-known/jwks.json"


def server(settings: Settings) -> Command:
    """cognito-local, in the folder that it keeps its users in."""
    folder = settings.data / "login"
    folder.mkdir(parents=True, exist_ok=True)
    _forget_broken(folder / ".cognito")
    environment = {
        "HOST": "localhost",
        "PORT": str(settings.login_port),
        "COGNITO_LOCAL": str(COGNITO_LOCAL.package),
        "NODE_OPTIONS": "--dns-result-order=ipv4first --no-warnings",
    }
    script = str(ROOT / "local" / "aws" / "cognito_server.js")
    return Command(arguments=[str(node()), script], folder=folder, environment=environment)


def make_accounts(settings: Settings) -> Login:
    """The pool, its client for this page and the demo accounts, unless they are there."""
    cognito = build_client("cognito-idp", settings.login_url)
    pools = cognito.list_user_pools(MaxResults=10)["UserPools"]
    pool_id = pools[0]["Id"] if pools else _make_pool(cognito)
    client_id = _client(cognito, pool_id, settings)
    issuer = f"{settings.login_url}/{pool_id}"
    return Login(issuer=issuer, client_id=client_id, pool_id=pool_id)


def _make_pool(cognito: Any) -> str:
    pool = cognito.create_user_pool(PoolName=_POOL, UsernameAttributes=["email"])
    pool_id = str(pool["UserPool"]["Id"])
    for group in sorted({group for account in ACCOUNTS for group in account.groups}):
        cognito.create_group(UserPoolId=pool_id, GroupName=group)
    for account in ACCOUNTS:
        _make_account(cognito, pool_id, account)
    return pool_id


def _make_account(cognito: Any, pool_id: str, account: Account) -> None:
    # The same person has the same subject in every data folder: facts name people by it.
    subject = str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{account.email}"))
    attributes = {"sub": subject, "email": account.email, "email_verified": "true"}
    who = {"UserPoolId": pool_id, "Username": account.email}
    cognito.admin_create_user(
        **who,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
    )
    cognito.admin_set_user_password(**who, Password=PASSWORD, Permanent=True)
    for group in account.groups:
        cognito.admin_add_user_to_group(**who, GroupName=group)


def _client(cognito: Any, pool_id: str, settings: Settings) -> str:
    """The page's client; the page may have moved to another port since the last run."""
    options = {
        "UserPoolId": pool_id,
        "CallbackURLs": [f"{settings.public_url}/login/callback"],
        "LogoutURLs": [settings.public_url, f"{settings.public_url}/"],
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthScopes": ["openid", "email"],
        "IdTokenValidity": _TOKEN_MINUTES,
        "TokenValidityUnits": {"IdToken": "minutes"},
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    }
    known = cognito.list_user_pool_clients(UserPoolId=pool_id, MaxResults=10)["UserPoolClients"]
    if known:
        client_id = str(known[0]["ClientId"])
        cognito.update_user_pool_client(ClientId=client_id, **options)
        return client_id
    made = cognito.create_user_pool_client(ClientName=_POOL, **options)
    return str(made["UserPoolClient"]["ClientId"])


def _forget_broken(folder: Path) -> None:
    """cognito-local rewrites its files in place; one that a crash cut off stops it for good.
    Nothing is lost with them: the accounts are made again with the same subjects.
    """
    for path in folder.glob("**/*.json"):
        try:
            json.loads(path.read_text())
        except json.JSONDecodeError:
            shutil.rmtree(folder)
            return
