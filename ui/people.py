"""The administrator's page of the site's accounts: invite, change a role, lock and unlock."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contracts.access import Role
from contracts.api_requests import InvitationRequest, RequestError, RoleRequest
from contracts.language import Texts, gettext, mark
from contracts.people import AccountAct, AccountEvent, ActResult
from ui.api_errors import ApiError
from ui.formatting import capitalize_first
from ui.site_client import SiteClient
from ui.view_helpers import get_site_client

blueprint = Blueprint("people", __name__, url_prefix="/people")

ROLES = Texts({Role.DOCTOR: mark("doctor"), Role.ADMINISTRATOR: mark("administrator")})
STATUSES = Texts(
    {
        "invited": mark("Invited, no login yet"),
        "active": mark("Active"),
        "locked": mark("Locked"),
    }
)
_ACTS = Texts(
    {
        AccountAct.INVITE: mark("invited {account} as {role}"),
        AccountAct.CHANGE_ROLE: mark("gave {account} the role {role}"),
        AccountAct.LOCK: mark("locked {account}"),
        AccountAct.UNLOCK: mark("unlocked {account}"),
    }
)
# What was asked for and not done, or nobody knows.
_REQUESTS = Texts(
    {
        AccountAct.INVITE: mark("asked to invite a person as {role}"),
        AccountAct.CHANGE_ROLE: mark("asked to give {account} the role {role}"),
        AccountAct.LOCK: mark("asked to lock {account}"),
        AccountAct.UNLOCK: mark("asked to unlock {account}"),
    }
)
_RESULTS = Texts(
    {
        ActResult.OPEN: mark("{request}; whether it was done is not known"),
        ActResult.REFUSAL: mark("{request}; it was refused, and nothing was changed"),
    }
)
_UNCONFIRMED = mark(
    "The login did not answer. The change may have been made: look at the list of accounts "
    "before you try again."
)
_TAKEN_IN = mark(
    "This address had an account without a site, which belongs to your site now. No e-mail was "
    "sent: the person logs in with the password of that account."
)
_LATER_ACT = mark("changed {account} in a way that a newer version knows")
_REFUSALS = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})
# After them, and after no response, the act may have been done.
_UNKNOWN_RESULTS = frozenset(
    {
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


@blueprint.get("")
def page() -> ResponseReturnValue:
    return _render(get_site_client())


@blueprint.post("")
def invite() -> ResponseReturnValue:
    email = request.form.get("email", "").strip()
    invitation = InvitationRequest(email=email, role=_read_role())

    def send(client: SiteClient) -> None:
        if client.invite(invitation).has_password:
            flash(gettext(_TAKEN_IN))

    return _store(send)


@blueprint.post("/<account>/role")
def change_role(account: str) -> ResponseReturnValue:
    role_request = RoleRequest(role=_read_role())
    return _store(lambda client: client.change_role(account, role_request))


@blueprint.post("/<account>/lock")
def lock(account: str) -> ResponseReturnValue:
    return _store(lambda client: client.set_lock(account, is_locked=True))


@blueprint.post("/<account>/unlock")
def unlock(account: str) -> ResponseReturnValue:
    return _store(lambda client: client.set_lock(account, is_locked=False))


def _store(send: Callable[[SiteClient], object]) -> ResponseReturnValue:
    """Leads to the page, which says why the act was refused, or that its result is not known."""
    try:
        send(get_site_client())
    except ApiError as error:
        if error.status in _REFUSALS:
            assurance = gettext("Nothing was changed.")
            flash(f"{error.detail} {assurance}")
        elif error.status in _UNKNOWN_RESULTS:
            flash(gettext(_UNCONFIRMED))
        else:
            raise
    return redirect(url_for("people.page"))


def _render(client: SiteClient) -> str:
    people = client.fetch_people()
    names = {account.id: account.email for account in people.accounts}

    def format_event(event: AccountEvent) -> str:
        text = _find_act_text(event)
        role = ROLES.get(event.role, str(event.role)) if event.role else ""
        account = names.get(event.account) or gettext("account {id}").format(id=event.account)
        return capitalize_first(text.format(account=account, role=role))

    return render_template(
        "people/page.html",
        people=people,
        account_names=names,
        roles=ROLES,
        statuses=STATUSES,
        format_event=format_event,
    )


def _find_act_text(event: AccountEvent) -> str:
    if event.result is ActResult.SUCCESS:
        return _ACTS.get(event.act) or gettext(_LATER_ACT)
    request, result = _REQUESTS.get(event.act), _RESULTS.get(event.result)
    if not request or not result:
        return gettext(_LATER_ACT)
    return result.replace("{request}", request)


def _read_role() -> Role:
    """Raises RequestError."""
    try:
        return Role(request.form.get("role", ""))
    except ValueError as error:
        raise RequestError(gettext("The role is doctor or administrator")) from error
