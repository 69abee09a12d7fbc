"""Lists and changes the accounts of one site, in the user pool, for the API.

Its role is the only one with rights to the user pool. It reaches no account of another site, and
not that of the administrator who asks, so that nobody can lock themself out. It reads in the pool
that the one who asks is an administrator now: a token says what held when it was issued.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts.access import SITE_GROUP_PATTERN, Role
from contracts.people import (
    Account,
    AccountAct,
    AccountProblem,
    AccountsRequest,
    AccountsResponse,
    AccountStatus,
)
from contracts.serialisation import parse, serialise
from lambdas import clients, clock
from lambdas.observability import logger, tracer
from lambdas.settings import read_user_pool

# Cognito's status of a user who has chosen no password yet, also after the first one has expired.
_INVITATION_STATUS = "FORCE_CHANGE_PASSWORD"
_THREADS = 8


class AccountError(Exception):
    def __init__(self, problem: AccountProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes an AccountsRequest, and returns an AccountsResponse, as JSON."""
    request = parse(AccountsRequest, event)
    if not SITE_GROUP_PATTERN.fullmatch(request.site):
        raise ValueError("not a site")
    pool = SiteAccounts(clients.user_pools(), read_user_pool(), site=request.site)
    try:
        pool.require_administrator(request.by)
        if request.act is None:
            return serialise(AccountsResponse(accounts=pool.list_all()))
        return serialise(_act(pool, request))
    except AccountError as error:
        return serialise(AccountsResponse(problem=error.problem))


def _act(pool: "SiteAccounts", request: AccountsRequest) -> AccountsResponse:
    """Raises AccountError."""
    if request.act is AccountAct.INVITE:
        return pool.invite(request.email, role=_require_role(request))
    if request.account == request.by:
        raise AccountError(AccountProblem.OWN_ACCOUNT)
    if request.act is AccountAct.CHANGE_ROLE:
        pool.change_role(request.account, role=_require_role(request))
    else:
        pool.set_lock(request.account, is_locked=request.act is AccountAct.LOCK)
    return AccountsResponse(account=request.account)


def _require_role(request: AccountsRequest) -> Role:
    if request.role is None:
        raise ValueError("the act needs a role")
    return request.role


class SiteAccounts:
    """The accounts of one site. `user_pools` is the client of Cognito."""

    def __init__(self, user_pools: Any, pool_id: str, *, site: str) -> None:
        self._client = user_pools
        self._pool = {"UserPoolId": pool_id}
        self._site = site

    def require_administrator(self, account: str) -> None:
        """Raises AccountError unless the account is one of the site, not locked, and has the role
        at this moment.
        """
        try:
            user = self._read_user(account)
        except AccountError as error:
            raise AccountError(AccountProblem.NOT_ADMINISTRATOR) from error
        if not user["Enabled"] or str(Role.ADMINISTRATOR) not in self._list_groups(user):
            raise AccountError(AccountProblem.NOT_ADMINISTRATOR)

    def list_all(self) -> tuple[Account, ...]:
        """By their e-mail addresses. The groups of each are one call, so that the time depends on
        the accounts of this site and not on those of all sites.
        """
        pages = self._client.get_paginator("list_users_in_group").paginate(
            **self._pool, GroupName=self._site
        )
        users = [user for page in pages for user in page["Users"]]
        with ThreadPoolExecutor(_THREADS) as threads:
            groups = threads.map(self._list_groups, users)
            accounts = list(map(_build_account, users, groups))
        return tuple(sorted(accounts, key=lambda account: account.email))

    def invite(self, email: str, *, role: Role) -> AccountsResponse:
        """Creates the account, and Cognito sends an invitation.

        An account without a site, such as one whose invitation was interrupted, is taken in with
        this role alone. One of the site with this role alone, whose person has not logged in yet,
        gets the e-mail anew; so a request that arrives twice is no error.
        """
        try:
            user = self._create_user(email, {})
        except self._client.exceptions.UsernameExistsException:
            return self._invite_again(email, role=role)
        except self._client.exceptions.InvalidParameterException as error:
            raise AccountError(AccountProblem.EMAIL_REFUSED) from error
        for group in (role, self._site):
            self._add_to_group(user["Username"], group)
        return AccountsResponse(account=_read_attributes(user)["sub"])

    def _invite_again(self, email: str, *, role: Role) -> AccountsResponse:
        """Raises AccountError."""
        user = self._get_user(email)
        groups = self._list_groups(user)
        sites = [group for group in groups if SITE_GROUP_PATTERN.fullmatch(group)]
        is_invitation_open = user["UserStatus"] == _INVITATION_STATUS
        if sites and not (is_invitation_open and set(groups) == {self._site, str(role)}):
            raise AccountError(AccountProblem.EMAIL_IN_USE)
        if not user["Enabled"]:
            raise AccountError(AccountProblem.ACCOUNT_LOCKED)
        if not sites:
            self._give_role(user["Username"], role)
            self._add_to_group(user["Username"], self._site)
        if is_invitation_open:
            self._create_user(email, {"MessageAction": "RESEND"})
        return AccountsResponse(
            account=_read_attributes(user)["sub"], has_password=not is_invitation_open
        )

    def _create_user(self, email: str, options: dict[str, Any]) -> Any:
        return self._client.admin_create_user(
            **self._pool,
            Username=email,
            UserAttributes=[
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": "true"},
            ],
            DesiredDeliveryMediums=["EMAIL"],
            **options,
        )["User"]

    def change_role(self, account: str, *, role: Role) -> None:
        self._give_role(self._find_name(account), role)

    def _give_role(self, name: str, role: Role) -> None:
        """The account has this role alone afterwards."""
        self._add_to_group(name, role)
        for other in set(Role) - {role}:
            self._client.admin_remove_user_from_group(
                **self._pool, Username=name, GroupName=other.value
            )

    def set_lock(self, account: str, *, is_locked: bool) -> None:
        client = self._client
        change = client.admin_disable_user if is_locked else client.admin_enable_user
        change(**self._pool, Username=self._find_name(account))

    def _find_name(self, account: str) -> str:
        """The user name of an account of the site. Raises AccountError."""
        return str(self._read_user(account)["Username"])

    def _read_user(self, account: str) -> Any:
        """The user of an account of the site. Raises AccountError."""
        try:
            # Cognito takes the id of an account for its user name, where it has no other.
            user = self._get_user(account)
        except self._client.exceptions.UserNotFoundException as error:
            raise AccountError(AccountProblem.NO_ACCOUNT) from error
        if _read_attributes(user)["sub"] != account or self._site not in self._list_groups(user):
            raise AccountError(AccountProblem.NO_ACCOUNT)
        return user

    def _get_user(self, name: str) -> Any:
        """In the form of a user in a list."""
        user = self._client.admin_get_user(**self._pool, Username=name)
        return {**user, "Attributes": user["UserAttributes"]}

    def _list_groups(self, user: Any) -> list[str]:
        page = self._client.admin_list_groups_for_user(**self._pool, Username=user["Username"])
        return [group["GroupName"] for group in page["Groups"]]

    def _add_to_group(self, name: str, group: str) -> None:
        self._client.admin_add_user_to_group(**self._pool, Username=name, GroupName=str(group))


def _build_account(user: Any, groups: list[str]) -> Account:
    attributes = _read_attributes(user)
    is_invited = user["UserStatus"] == _INVITATION_STATUS
    status = AccountStatus.INVITED if is_invited else AccountStatus.ACTIVE
    return Account(
        id=attributes["sub"],
        email=attributes.get("email", ""),
        roles=tuple(role for role in Role if role in groups),
        status=status if user["Enabled"] else AccountStatus.LOCKED,
        created_at=clock.to_text(user["UserCreateDate"]),
    )


def _read_attributes(user: Any) -> dict[str, str]:
    return {each["Name"]: each["Value"] for each in user["Attributes"]}
