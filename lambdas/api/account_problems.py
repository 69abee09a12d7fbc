"""Errors of the API about accounts: `ApiError` of `lambdas.api.problems` has the others.

ApiError
├── AccountNotFound         404  the site has no such account
├── OwnAccount              409  an administrator's own account
├── EmailInUse              409  the address has an account
├── AccountLocked           409  an invitation to an account that is locked
├── EmailRefused            422  the login does not take the address
├── AccountsUnavailable     503  the accounts function failed to list the accounts
└── ActUnconfirmed          502  an act on an account, which may have been done
"""

from http import HTTPStatus

from contracts.language import mark
from lambdas.api.problems import ApiError


class AccountNotFound(ApiError):
    status = HTTPStatus.NOT_FOUND
    detail = mark("Your site has no such account.")


class OwnAccount(ApiError):
    status = HTTPStatus.CONFLICT
    detail = mark("You cannot change your own account: another administrator can.")


class EmailInUse(ApiError):
    status = HTTPStatus.CONFLICT
    detail = mark("There is an account with this e-mail address already.")


class AccountLocked(ApiError):
    status = HTTPStatus.CONFLICT
    detail = mark(
        "This address has an account that is locked. Unlock it in the list, or ask an operator "
        "where it is not there."
    )


class EmailRefused(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = mark("The login does not take this e-mail address. Check it, and try again.")


class AccountsUnavailable(ApiError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    detail = mark("The login did not answer. Nothing was changed; load the page again in a moment.")
    retry_after_seconds = 2


class ActUnconfirmed(ApiError):
    """A status that no client repeats by itself: the act may have been done."""

    status = HTTPStatus.BAD_GATEWAY
    detail = mark(
        "The login did not answer. The change may have been made: look at the list of accounts "
        "before you try again."
    )
