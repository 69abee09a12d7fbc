"""The account of the canary: its registration in the user pool, and its login with a second factor.

The calls are those of Cognito's administrators, so that the flow with a password needs a right to
the user pool, and its app client is of no use to anybody else. `user_pools` is Cognito's client.
"""

import base64
import json
import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from contracts.access import Role
from contracts.canary import CANARY_EMAIL, CANARY_SITE

# RFC 6238 with the values that Cognito takes: a code lives for half a minute.
_CODE_DIGITS, _CODE_SECONDS = 6, 30
# Of each kind that the pool's rules ask for, beside 190 random bits.
_PASSWORD_KINDS = "aA1-"


class LoginError(Exception):
    """The login did not end with a token. The message names no password and no code."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """`totp_seed` is in base32, as Cognito states it; empty where the login asks for no code."""

    email: str
    password: str
    totp_seed: str

    def to_json(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True, kw_only=True)
class AppClient:
    """An app client of a user pool."""

    user_pools: Any
    pool_id: str
    client_id: str

    @property
    def names(self) -> dict[str, str]:
        return {"UserPoolId": self.pool_id, "ClientId": self.client_id}


def parse_account(secret: str) -> Account | None:
    """The account that a secret holds; None before `register` has stored one."""
    try:
        return Account(**json.loads(secret))
    except (ValueError, TypeError):
        return None


def log_in(client: AppClient, account: Account) -> str:
    """Returns the ID token. Raises LoginError, or botocore's errors.

    Cognito takes each code once: after a refusal the next code is tried.
    """
    errors = client.user_pools.exceptions
    for is_last in (False, True):
        response = _send_password(client, account.email, account.password)
        if "AuthenticationResult" in response:
            return str(response["AuthenticationResult"]["IdToken"])
        if response["ChallengeName"] != "SOFTWARE_TOKEN_MFA":
            raise LoginError(f"the login asks for {response['ChallengeName']}")
        code = compute_code(account.totp_seed, time.time())
        try:
            response = _answer(client, response, account, SOFTWARE_TOKEN_MFA_CODE=code)
            return str(response["AuthenticationResult"]["IdToken"])
        except (errors.CodeMismatchException, errors.ExpiredCodeException) as error:
            if is_last:
                raise LoginError("the login refuses the code of the second factor") from error
            time.sleep(_CODE_SECONDS - time.time() % _CODE_SECONDS)
    raise AssertionError("The last try returns or raises.")


def register(client: AppClient) -> Account:
    """Creates the account anew, with a password and a second factor that only the result has.

    Raises LoginError, or botocore's errors; then it is called again.
    """
    user_pools, errors = client.user_pools, client.user_pools.exceptions
    user = {"UserPoolId": client.pool_id, "Username": CANARY_EMAIL}
    with suppress(errors.UserNotFoundException):
        user_pools.admin_delete_user(**user)
    account = Account(email=CANARY_EMAIL, password=_draw_password(), totp_seed="")
    temporary_password = _draw_password()
    user_pools.admin_create_user(
        **user,
        MessageAction="SUPPRESS",
        TemporaryPassword=temporary_password,
        UserAttributes=[
            {"Name": "email", "Value": CANARY_EMAIL},
            {"Name": "email_verified", "Value": "true"},
        ],
    )
    for group in (CANARY_SITE, Role.DOCTOR.value, Role.ADMINISTRATOR.value):
        user_pools.admin_add_user_to_group(**user, GroupName=group)
    response = _send_password(client, account.email, temporary_password)
    response = _answer(client, response, account, NEW_PASSWORD=account.password)
    if response.get("ChallengeName") != "MFA_SETUP":
        raise LoginError("the user pool asks the new account for no second factor")
    return _set_second_factor(client, response, account)


def compute_code(seed: str, at: float) -> str:
    """The code of the second factor at a time in seconds since 1970."""
    key = base64.b32decode(seed + "=" * (-len(seed) % 8), casefold=True)
    totp = TOTP(key, _CODE_DIGITS, SHA1(), _CODE_SECONDS, enforce_key_length=False)
    return totp.generate(int(at)).decode()


def _set_second_factor(client: AppClient, response: Any, account: Account) -> Account:
    user_pools = client.user_pools
    token = user_pools.associate_software_token(Session=response["Session"])
    account = Account(**{**asdict(account), "totp_seed": token["SecretCode"]})
    code = compute_code(account.totp_seed, time.time())
    verified = user_pools.verify_software_token(
        Session=token.get("Session", response["Session"]), UserCode=code
    )
    if verified["Status"] != "SUCCESS":
        raise LoginError("the user pool refuses the first code of the new account")
    _answer(client, {**response, "Session": verified.get("Session", response["Session"])}, account)
    return account


def _send_password(client: AppClient, email: str, password: str) -> Any:
    return client.user_pools.admin_initiate_auth(
        **client.names,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )


def _answer(client: AppClient, response: Any, account: Account, **answers: str) -> Any:
    """Answers the challenge of a response. Cognito takes its own name for the user there."""
    name = response.get("ChallengeParameters", {}).get("USER_ID_FOR_SRP") or account.email
    return client.user_pools.admin_respond_to_auth_challenge(
        **client.names,
        ChallengeName=response["ChallengeName"],
        Session=response["Session"],
        ChallengeResponses={"USERNAME": name, **answers},
    )


def _draw_password() -> str:
    return _PASSWORD_KINDS + secrets.token_urlsafe(24)
