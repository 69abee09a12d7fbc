"""The accounts of a site, and what its administrators do with them."""

from dataclasses import dataclass
from enum import StrEnum

from contracts.access import Role


class AccountAct(StrEnum):
    INVITE = "invite"
    CHANGE_ROLE = "change_role"
    LOCK = "lock"
    UNLOCK = "unlock"


class AccountStatus(StrEnum):
    """INVITED: the person has not yet chosen a password."""

    INVITED = "invited"
    ACTIVE = "active"
    LOCKED = "locked"


class AccountProblem(StrEnum):
    """Why an act was refused; nothing was changed."""

    NO_ACCOUNT = "no_account"
    OWN_ACCOUNT = "own_account"
    EMAIL_IN_USE = "email_in_use"
    EMAIL_REFUSED = "email_refused"
    ACCOUNT_LOCKED = "account_locked"
    NOT_ADMINISTRATOR = "not_administrator"


class ActResult(StrEnum):
    """OPEN: written before the act. Without a second event with its id, the act may have been
    done: nobody knows.
    """

    OPEN = "open"
    SUCCESS = "success"
    REFUSAL = "refusal"


@dataclass(frozen=True, kw_only=True)
class Account:
    """`id` is the subject of the account's tokens, by which facts name the person. `last_login` is
    None where no login by password is recorded, as before 0.2.0.
    """

    id: str
    email: str
    roles: tuple[Role, ...]
    status: AccountStatus
    created_at: str
    last_login: str | None = None


@dataclass(frozen=True, kw_only=True)
class AccountEvent:
    """One act of an administrator, kept for good: `by` and `account` are ids, never names. Before
    an invitation there is no account yet. The event before an act and that of its result have the
    same `id`.
    """

    at: str
    by: str
    account: str
    act: AccountAct
    role: Role | None = None
    id: str = ""
    result: ActResult = ActResult.SUCCESS


@dataclass(frozen=True, kw_only=True)
class AccountChange:
    """What an act on an account has done. `has_password`: an invitation took in an account that
    existed, and no e-mail was sent.
    """

    account: str
    has_password: bool = False


@dataclass(frozen=True, kw_only=True)
class People:
    """The accounts of a site by their e-mail address, and the last acts, newest first. `complete`
    is false where an act cannot be read.
    """

    accounts: tuple[Account, ...]
    events: tuple[AccountEvent, ...]
    complete: bool = True


@dataclass(frozen=True, kw_only=True)
class AccountsRequest:
    """What the API asks of the accounts function; `act` is None where it only lists. Others than
    the accounts of `site`, and that of `by` itself, are out of reach.
    """

    site: str
    by: str
    act: AccountAct | None = None
    account: str = ""
    email: str = ""
    role: Role | None = None


@dataclass(frozen=True, kw_only=True)
class AccountsResponse:
    """The accounts of the site, or the id of the one that was changed: an act lists none, so that
    a list that fails cannot hide what was done.
    """

    accounts: tuple[Account, ...] = ()
    account: str = ""
    has_password: bool = False
    problem: AccountProblem | None = None
