"""How much one account and one site may ask for, so that nobody takes the time of others.

The counts are in Redis, by windows of fixed length. Without Redis there are no limits.
"""

from contracts import keys
from contracts.access import User
from lambdas import clock
from lambdas.api.problems import TooManyAnnouncements
from lambdas.cache import Cache

ANNOUNCEMENT_WINDOW_SECONDS = 300
# Two a second: a doctor who sends a whole archive from the page stays under it.
MAX_ANNOUNCEMENTS_OF_ACCOUNT = 600
MAX_ANNOUNCEMENTS_OF_SITE = 3_000

WAIT_WINDOW_SECONDS = 10
# Each request waits for up to two seconds, and takes one process of the function as long: these are
# four at a time. Beyond it the answer is as it is, and the page asks again.
MAX_WAITS_OF_ACCOUNT = 20


def check_announcements(cache: Cache, user: User) -> None:
    """Counts one announcement. Raises TooManyAnnouncements, also for the site."""
    window, seconds_left = _current_window(ANNOUNCEMENT_WINDOW_SECONDS)
    limits = {
        user.subject: MAX_ANNOUNCEMENTS_OF_ACCOUNT,
        user.site: MAX_ANNOUNCEMENTS_OF_SITE,
    }
    for name, limit in limits.items():
        key = keys.redis_count("announcements", name, window)
        count = cache.increment(key, expire_seconds=ANNOUNCEMENT_WINDOW_SECONDS)
        if count is not None and count > limit:
            raise TooManyAnnouncements(retry_after_seconds=seconds_left)


def may_wait(cache: Cache, user: User) -> bool:
    """Counts one request that waits for an answer; False where the account has too many."""
    window, _ = _current_window(WAIT_WINDOW_SECONDS)
    key = keys.redis_count("waits", user.subject, window)
    count = cache.increment(key, expire_seconds=WAIT_WINDOW_SECONDS)
    return count is None or count <= MAX_WAITS_OF_ACCOUNT


def _current_window(length_seconds: int) -> tuple[int, int]:
    """The number of the window, and the seconds that are left of it."""
    window, passed = divmod(int(clock.now().timestamp()), length_seconds)
    return window, length_seconds - passed
