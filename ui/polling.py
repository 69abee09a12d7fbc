"""When a page that shows an unfinished radiograph asks again, and what it says meanwhile."""

from dataclasses import dataclass

from contracts import texts
from contracts.api import RadiographView
from contracts.record import State

# The first question is held for up to this long by the API, the others are answered at once.
FIRST_WAIT_SECONDS = 2
# By then 5 seconds have passed.
_SLOW_AFTER = 4
_PATIENT_AFTER = 60


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """`asked` counts the questions so far; `sent`: this page has sent the file to S3 itself, so
    that a record which still waits for it is about to hear of it.
    """

    asked: int = 0
    sent: bool = False

    @property
    def seconds(self) -> int:
        return FIRST_WAIT_SECONDS if self.asked == 0 else 0

    def once_more(self) -> "Waiting":
        return Waiting(asked=self.asked + 1, sent=self.sent)

    def goes_on(self, view: RadiographView) -> bool:
        unfinished = (State.AWAITING_UPLOAD, State.RECEIVED, State.FAILED)
        return view.state in unfinished or self._screening(view)

    def interval(self, view: RadiographView) -> int:
        """Seconds until then: one while it is screened, more where nothing happens soon."""
        if view.state is State.FAILED:
            return 15
        slow = self.asked > _PATIENT_AFTER or not self._screening(view)
        return 5 if slow else 1

    def says(self, view: RadiographView) -> str:
        screening = self._screening(view)
        return texts.STATES[State.RECEIVED if screening else view.state]

    def is_slow(self, view: RadiographView) -> bool:
        return self._screening(view) and self.asked >= _SLOW_AFTER

    def _screening(self, view: RadiographView) -> bool:
        arriving = self.sent and view.state in (State.AWAITING_UPLOAD, State.EXPIRED)
        return arriving or view.state is State.RECEIVED
