"""Lists the accounts of the site, and changes them, for its administrators."""

import re
import uuid
from dataclasses import replace
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from botocore.exceptions import BotoCoreError, ClientError

from contracts.access import Role, User
from contracts.language import gettext
from contracts.people import (
    AccountAct,
    AccountChange,
    AccountEvent,
    AccountProblem,
    AccountsRequest,
    ActResult,
    People,
)
from lambdas import clock
from lambdas.accounts_caller import AccountsError
from lambdas.api.account_problems import (
    AccountLocked,
    AccountNotFound,
    AccountsUnavailable,
    ActUnconfirmed,
    EmailInUse,
    EmailRefused,
    OwnAccount,
)
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.problems import AccessDenied, ApiError
from lambdas.api.request_models import InvitationRequest, RoleRequest
from lambdas.api.services import require_administrator, services
from lambdas.observability import logger

router = APIGatewayRouter()

_EVENTS = 30
_PROBLEMS: dict[AccountProblem, type[ApiError]] = {
    AccountProblem.NO_ACCOUNT: AccountNotFound,
    AccountProblem.OWN_ACCOUNT: OwnAccount,
    AccountProblem.EMAIL_IN_USE: EmailInUse,
    AccountProblem.EMAIL_REFUSED: EmailRefused,
    AccountProblem.ACCOUNT_LOCKED: AccountLocked,
}
_ACCOUNT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CHANGES = describe_responses(
    AccountChange,
    {HTTPStatus.OK: "Changed."},
    errors={
        HTTPStatus.NOT_FOUND: AccountNotFound.detail,
        HTTPStatus.CONFLICT: OwnAccount.detail,
        HTTPStatus.BAD_GATEWAY: ActUnconfirmed.detail,
    },
)


@router.get(
    "/people",
    summary="The accounts of the site, and the last acts on them",
    responses=describe_responses(People, {HTTPStatus.OK: "For administrators."}),
)
def list_people() -> People:
    user = require_administrator(router.current_event)
    try:
        response = services().accounts.call(AccountsRequest(site=user.site, by=user.subject))
    except AccountsError as error:
        raise AccountsUnavailable from error
    if response.problem is not None:
        raise _build_error(response.problem)
    log = services().account_log.list_newest_first(user.site, limit=_EVENTS)
    logins = services().logins.find_last(user.site, (each.id for each in response.accounts))
    accounts = tuple(replace(each, last_login=logins.get(each.id)) for each in response.accounts)
    return People(accounts=accounts, events=log.events, complete=log.complete)


@router.post(
    "/people",
    summary="Invite a person by e-mail",
    responses=describe_responses(
        AccountChange,
        {HTTPStatus.CREATED: "Invited, for the first time or again."},
        errors={
            HTTPStatus.CONFLICT: EmailInUse.detail,
            HTTPStatus.BAD_GATEWAY: ActUnconfirmed.detail,
        },
    ),
)
def invite(request: InvitationRequest) -> Response[AccountChange]:
    user = require_administrator(router.current_event)
    change = _act(user, AccountAct.INVITE, email=request.email, role=request.role)
    return Response(HTTPStatus.CREATED, "application/json", change)


@router.post("/people/<account>/role", summary="Change the role of an account", responses=_CHANGES)
def change_role(account: str, request: RoleRequest) -> AccountChange:
    user = require_administrator(router.current_event)
    return _act(user, AccountAct.CHANGE_ROLE, account=account, role=request.role)


@router.post(
    "/people/<account>/lock",
    summary="Lock an account, and end its sessions",
    responses=_CHANGES,
)
def lock(account: str) -> AccountChange:
    user = require_administrator(router.current_event)
    return _act(user, AccountAct.LOCK, account=account)


@router.post("/people/<account>/unlock", summary="Unlock an account", responses=_CHANGES)
def unlock(account: str) -> AccountChange:
    user = require_administrator(router.current_event)
    return _act(user, AccountAct.UNLOCK, account=account)


def _act(
    user: User, act: AccountAct, *, account: str = "", email: str = "", role: Role | None = None
) -> AccountChange:
    """Writes the act into the log before it, so that none is without an entry, and its result."""
    if account:
        _check_account(account, user)
    event = AccountEvent(
        id=uuid.uuid4().hex,
        at=clock.to_text(clock.now()),
        by=user.subject,
        account=account,
        act=act,
        role=role,
        result=ActResult.OPEN,
    )
    services().account_log.add(user.site, event)
    request = AccountsRequest(
        site=user.site, by=user.subject, act=act, account=account, email=email, role=role
    )
    try:
        response = services().accounts.call(request)
    except AccountsError as error:
        _end_sessions(event)
        raise ActUnconfirmed from error
    if response.problem is not None:
        _add_result(user.site, replace(event, result=ActResult.REFUSAL))
        raise _build_error(response.problem)
    _end_sessions(event)
    _add_result(user.site, replace(event, result=ActResult.SUCCESS, account=response.account))
    return AccountChange(account=response.account, has_password=response.has_password)


def _build_error(problem: AccountProblem) -> ApiError:
    if problem is AccountProblem.NOT_ADMINISTRATOR:
        return AccessDenied(gettext("only administrators may do it"))
    return _PROBLEMS[problem]()


def _check_account(account: str, user: User) -> None:
    """The log keeps the id for good, so it is no other text. Raises an ApiError."""
    if not _ACCOUNT_ID.fullmatch(account):
        raise AccountNotFound
    if account == user.subject:
        raise OwnAccount


def _end_sessions(event: AccountEvent) -> None:
    """Tokens that the account has are refused from now on: they name the role before."""
    if event.act in (AccountAct.LOCK, AccountAct.CHANGE_ROLE):
        services().token_ends.end_sessions(event.account)


def _add_result(site: str, event: AccountEvent) -> None:
    """Where it cannot be written, the act is known and the log has it as asked for."""
    try:
        services().account_log.add(site, replace(event, at=clock.to_text(clock.now())))
    except (BotoCoreError, ClientError):
        logger.exception("the result of an act on an account is not in its log")
