"""Polling for a radiograph that has no answer yet: when, and which text is shown meanwhile.

The page of one radiograph polls for itself; the rows of a list are asked for together (`ui.rows`).
"""

from dataclasses import dataclass
from enum import StrEnum

from flask import request

from contracts import texts
from contracts.api import RadiographView
from contracts.record import State
from ui.auth.sessions import current_session

# About 5 seconds have passed by then.
_SLOW_AFTER_POLLS = 4
# About a minute.
_RARE_AFTER_POLLS = 60
_MAX_POLLS = 9999
_PENDING_STATES = frozenset({State.AWAITING_UPLOAD, State.RECEIVED, State.FAILED})


class Wait(StrEnum):
    """What a row waits for, as its page says: the file, the screening, or another try at it."""

    UPLOAD = "upload"
    SCREENING = "screening"
    RETRY = "retry"


@dataclass(frozen=True, kw_only=True)
class Polling:
    """`polls` counts the polls so far. `file_sent`: this page has sent the file to S3 itself, so a
    radiograph that still awaits its upload will change soon.
    """

    polls: int = 0
    file_sent: bool = False

    def next_poll(self) -> "Polling":
        return Polling(polls=self.polls + 1, file_sent=self.file_sent)

    def is_pending(self, view: RadiographView) -> bool:
        """True while the state may still change, so that the page has to poll again."""
        return view.state in _PENDING_STATES or self.is_screening(view)

    def wait_for(self, view: RadiographView) -> Wait | None:
        """What the radiograph waits for; None where its state lasts."""
        if self.is_screening(view):
            return Wait.SCREENING
        if not self.is_pending(view):
            return None
        return Wait.RETRY if view.state is State.FAILED else Wait.UPLOAD

    def interval_seconds(self, view: RadiographView) -> int:
        """Seconds until the next poll: one during screening, more where no change is near."""
        if view.state is State.FAILED:
            return 15
        is_rare = self.polls > _RARE_AFTER_POLLS or not self.is_screening(view)
        return 5 if is_rare else 1

    def state_text(self, view: RadiographView) -> str:
        return texts.STATES[State.RECEIVED if self.is_screening(view) else view.state]

    def is_slow(self, view: RadiographView) -> bool:
        return self.is_screening(view) and self.polls >= _SLOW_AFTER_POLLS

    def is_screening(self, view: RadiographView) -> bool:
        """Whether the file is there, or on its way: then nobody waits for it."""
        has_arrived = self.file_sent or view.has_arrived
        is_arriving = has_arrived and view.state in (State.AWAITING_UPLOAD, State.EXPIRED)
        return is_arriving or view.state is State.RECEIVED


def read_polling() -> Polling:
    """The polling state in the URL of the current request.

    A page that polls does not extend the session: nobody may be in front of it.
    """
    if "polls" in request.args:
        current_session().is_interactive = False
    polls = request.args.get("polls", 0, type=int)
    return Polling(polls=max(0, min(polls, _MAX_POLLS)), file_sent="file_sent" in request.args)
