"""The login: cognito-local with its user pool, the page's client and the demo accounts."""

import json
import shutil
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.canary import CANARY_EMAIL, CANARY_SITE
from languages.catalogues import (
    SOURCE,
    TRANSLATIONS,
    ScriptTexts,
    list_script_texts,
    read_catalogue,
)
from local.aws.clients import build_client
from local.npm.program import COGNITO_LOCAL, node
from local.processes.group import Command
from local.settings import ROOT, Settings

PASSWORD = "Chest-Xray-1"
_POOL_NAME = "chest-xray"
# The default of Cognito; after it the page logs in again by redirect.
_TOKEN_MINUTES = 60


@dataclass(frozen=True, kw_only=True)
class Account:
    email: str
    groups: tuple[str, ...]
    description: str


ACCOUNTS = (
    Account(
        email="doctor@north.example",
        groups=("siteNorth", "doctor"),
        description="doctor, site North",
    ),
    Account(
        email="colleague@north.example",
        groups=("siteNorth", "doctor"),
        description="another doctor, site North",
    ),
    Account(
        email="doctor@south.example",
        groups=("siteSouth", "doctor"),
        description="doctor, site South",
    ),
    Account(
        email="admin@north.example",
        groups=("siteNorth", "administrator"),
        description="administrator, site North",
    ),
)
# Not among those that a person is shown.
CANARY_ACCOUNT = Account(
    email=CANARY_EMAIL,
    groups=(CANARY_SITE, "doctor", "administrator"),
    description="the canary",
)


@dataclass(frozen=True, kw_only=True)
class UserPool:
    """`issuer` is the `iss` claim of the pool's tokens."""

    issuer: str
    client_id: str
    pool_id: str

    @property
    def keys_url(self) -> str:
        """The address of the public keys (JWKS) that verify the pool's tokens."""
        return f"{self.issuer}/.well-known/jwks.json"


def build_command(settings: Settings) -> Command:
    """Builds the command that starts cognito-local in the folder of its user database."""
    folder = settings.data / "login"
    folder.mkdir(parents=True, exist_ok=True)
    _delete_if_corrupt(folder / ".cognito")
    environment = {
        "HOST": "localhost",
        "PORT": str(settings.login_port),
        "COGNITO_LOCAL": str(COGNITO_LOCAL.package),
        "LOGIN_TEXTS": json.dumps(_read_texts()),
        "NODE_OPTIONS": "--dns-result-order=ipv4first --no-warnings",
    }
    script = str(ROOT / "local" / "aws" / "cognito_server.js")
    return Command(arguments=[str(node()), script], folder=folder, environment=environment)


def _read_texts() -> dict[str, ScriptTexts]:
    """The texts of `login_page.js` in each language but English."""
    files = sorted(TRANSLATIONS.glob(f"*/*/{SOURCE}"))
    return {
        file.parent.parent.name.replace("_", "-"): list_script_texts(read_catalogue(file), "local/")
        for file in files
    }


def create_user_pool(settings: Settings) -> UserPool:
    """Creates the pool with the demo accounts if it is missing, and updates the page's client."""
    cognito = build_client("cognito-idp", settings.login_url)
    pools = cognito.list_user_pools(MaxResults=10)["UserPools"]
    pool_id = pools[0]["Id"] if pools else _create_pool(cognito)
    accounts = (*ACCOUNTS, CANARY_ACCOUNT)  # A pool of an earlier release has fewer.
    _create_groups(cognito, pool_id, {group for each in accounts for group in each.groups})
    for account in accounts:
        with suppress(cognito.exceptions.UsernameExistsException):
            _create_account(cognito, pool_id, account)
    client_id = _create_or_update_client(cognito, pool_id, settings)
    issuer = f"{settings.login_url}/{pool_id}"
    return UserPool(issuer=issuer, client_id=client_id, pool_id=pool_id)


def _create_pool(cognito: Any) -> str:
    pool = cognito.create_user_pool(PoolName=_POOL_NAME, UsernameAttributes=["email"])
    return str(pool["UserPool"]["Id"])


def _create_groups(cognito: Any, pool_id: str, names: set[str]) -> None:
    """A group that is created again would lose its members."""
    groups = cognito.list_groups(UserPoolId=pool_id)["Groups"]
    for name in sorted(names - {group["GroupName"] for group in groups}):
        cognito.create_group(UserPoolId=pool_id, GroupName=name)


def _create_account(cognito: Any, pool_id: str, account: Account) -> None:
    attributes = {
        "sub": account_subject(account.email),
        "email": account.email,
        "email_verified": "true",
    }
    user = {"UserPoolId": pool_id, "Username": account.email}
    cognito.admin_create_user(
        **user,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
    )
    cognito.admin_set_user_password(**user, Password=PASSWORD, Permanent=True)
    for group in account.groups:
        cognito.admin_add_user_to_group(**user, GroupName=group)


def account_subject(email: str) -> str:
    """Returns the `sub` claim. It is the same in every data folder: facts hold subjects."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{email}"))


def _create_or_update_client(cognito: Any, pool_id: str, settings: Settings) -> str:
    """Returns the id of the page's client, with the addresses of this run's port."""
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
    clients = cognito.list_user_pool_clients(UserPoolId=pool_id, MaxResults=10)["UserPoolClients"]
    if clients:
        client_id = str(clients[0]["ClientId"])
        cognito.update_user_pool_client(ClientId=client_id, **options)
        return client_id
    client = cognito.create_user_pool_client(ClientName=_POOL_NAME, **options)
    return str(client["UserPoolClient"]["ClientId"])


def _delete_if_corrupt(folder: Path) -> None:
    """Deletes the user database if a crash left one of its files incomplete.

    cognito-local rewrites its files in place and does not start with a broken one. Nothing is
    lost: the accounts are created again with the same subjects.
    """
    for path in folder.glob("**/*.json"):
        try:
            json.loads(path.read_text())
        except json.JSONDecodeError:
            shutil.rmtree(folder)
            return
