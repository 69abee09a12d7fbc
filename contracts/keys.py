"""Object keys in S3, keys in Redis, and the id of a radiograph."""

import base64
import hashlib
from datetime import date, datetime

from contracts.canary import CANARY_ID_PREFIX, CANARY_SITE

# In the year 5138, in milliseconds. A time subtracted from it sorts the newest first, in 14 digits.
_LATEST_MS = 99_999_999_999_999


# The form of a radiograph's id, as `radiograph_id` builds it.
RADIOGRAPH_ID_PATTERN = "[a-z2-7]{26}"


def radiograph_id(site: str, idempotency_key: str) -> str:
    """26 letters and digits (130 bits of a hash), so that a repeated request gives the same id.

    Those of the canary's films share a prefix, by which S3 removes them.
    """
    digest = hashlib.sha256(f"{site}\0{idempotency_key}".encode()).digest()
    prefix = CANARY_ID_PREFIX if site == CANARY_SITE else ""
    return (prefix + base64.b32encode(digest).decode().lower())[:26]


def review_id(radiograph: str, subject: str, idempotency_key: str) -> str:
    """Names one request of one doctor, in the same form."""
    digest = hashlib.sha256(f"{radiograph}\0{subject}\0{idempotency_key}".encode()).digest()
    return base64.b32encode(digest).decode()[:26].lower()


def fact(radiograph: str, sequence: int) -> str:
    return f"{facts_prefix(radiograph)}{sequence:06}.json"


FACTS_PREFIX = "facts/"


def facts_prefix(radiograph: str) -> str:
    return f"{FACTS_PREFIX}{radiograph}/"


def incoming(radiograph: str) -> str:
    return f"incoming/{radiograph}"


RADIOGRAPHS_PREFIX = "radiographs/"


def radiograph_prefix(radiograph: str) -> str:
    """The prefix of all images of a radiograph and of its identity."""
    return f"{RADIOGRAPHS_PREFIX}{radiograph}/"


def original(radiograph: str) -> str:
    return f"{radiograph_prefix(radiograph)}original"


def rendition(radiograph: str) -> str:
    return f"{radiograph_prefix(radiograph)}rendition.png"


def thumbnail(radiograph: str) -> str:
    return f"{radiograph_prefix(radiograph)}thumbnail.png"


def attention(radiograph: str) -> str:
    return f"{radiograph_prefix(radiograph)}attention.png"


def identity(radiograph: str) -> str:
    return f"{radiograph_prefix(radiograph)}identity.json"


def index(site: str, created_at: str, radiograph: str) -> str:
    """The key of a radiograph in the index of its site."""
    return f"{index_prefix(site)}{index_entry(created_at, radiograph)}"


def index_prefix(site: str) -> str:
    return f"index/{site}/"


def index_entry(created_at: str, radiograph: str) -> str:
    """The name of a radiograph in each list of its site: S3 lists the newest first."""
    created_ms = int(datetime.fromisoformat(created_at).timestamp() * 1000)
    return f"{_LATEST_MS - created_ms:014}-{radiograph}"


def parse_index_entry(entry: str) -> tuple[str, int]:
    """The radiograph's id, and its creation in milliseconds since 1970; also from a whole key, and
    from an entry with another time in front (`contracts.worklist_order`).
    """
    inverted, radiograph = entry.rsplit("/", 1)[-1].split("-")[-2:]
    return radiograph, _LATEST_MS - int(inverted)


# Not in the bucket of the facts, whose `index/` cannot be deleted from.
SEARCH_PREFIX = "index/"


def search_prefix(site: str, word_hash: str) -> str:
    """The prefix of the entries of the films with a word, or of one patient."""
    return f"{SEARCH_PREFIX}{site}/patient/{word_hash}/"


def search_progress(site: str) -> str:
    """Holds how far the search of a site reaches back."""
    return f"{SEARCH_PREFIX}{site}/progress.json"


# An opening is the first one by the same person within so many minutes.
OPENING_MINUTES = 10


def openings_prefix(site: str, radiograph: str, day: date) -> str:
    """The prefix of the audit entries of who opened a radiograph on a day."""
    return f"views/{site}/{day.isoformat()}/{radiograph}/"


def opening(site: str, radiograph: str, subject: str, at: datetime) -> str:
    """The same key for all times of the same 10 minutes."""
    start = at.replace(minute=at.minute - at.minute % OPENING_MINUTES)
    return f"{openings_prefix(site, radiograph, at.date())}{start:%H%M}-{subject}"


def export(site: str, subject: str, at: datetime) -> str:
    """The audit entry of a table that an account saved; it holds the ids of the radiographs."""
    return f"views/{site}/{at.date().isoformat()}/exports/{at:%H%M%S%f}-{subject}"


def parse_opening(key: str) -> tuple[datetime, str]:
    """The beginning of the 10 minutes in UTC, and the subject."""
    _, _, day, _, name = key.split("/")
    time, _, subject = name.partition("-")
    return datetime.strptime(f"{day} {time} +0000", "%Y-%m-%d %H%M %z"), subject


def account_event(site: str, at: datetime, unique: str) -> str:
    """The audit entry of an act on an account; S3 lists the newest first."""
    return f"{account_events_prefix(site)}{index_entry(at.isoformat(), unique)}.json"


def account_events_prefix(site: str) -> str:
    return f"accounts/{site}/"


def login(site: str, subject: str, at: datetime) -> str:
    """The audit entry of a login; S3 lists the newest of an account first."""
    return f"{logins_prefix(site, subject)}{index_entry(at.isoformat(), 'login')}"


def logins_prefix(site: str, subject: str) -> str:
    return f"logins/{site}/{subject}/"


LISTS_PREFIX = "lists/"


def list_prefix(site: str, name: str) -> str:
    """The prefix of the entries in one list of a site."""
    return f"{LISTS_PREFIX}{site}/{name}/"


def list_progress(site: str) -> str:
    """Holds how far the lists of a site reach back."""
    return f"{LISTS_PREFIX}progress/{site}.json"


def site_settings(site: str, number: int) -> str:
    return f"{site_settings_prefix(site)}{number:06}.json"


SITES_PREFIX = "sites/"


def site_settings_prefix(site: str) -> str:
    return f"{SITES_PREFIX}{site}/"


def recalibration(site: str, number: int) -> str:
    """The card of the recalibration that made version `number` of the site's settings."""
    return f"{recalibrations_prefix(site)}{number:06}.json"


def recalibrations_prefix(site: str) -> str:
    return f"recalibrations/{site}/"


def drift_reference(site: str, model_version: str) -> str:
    """The first answers of a model version at a site, as histograms."""
    return f"drift/{site}/{model_version}.json"


# The ids of tokens that a logout has ended, and the accounts whose tokens an administrator has
# ended, each with the time when no such token can be valid any more.
REDIS_TOKEN_ENDS = "logouts"


def redis_session_end(subject: str) -> str:
    """The entry of an account among the ids of tokens, which have no colon."""
    return f"account:{subject}"


def redis_radiograph(radiograph: str) -> str:
    return f"radiograph:{radiograph}"


def redis_answer(site: str, sha256: str, model_version: str) -> str:
    return f"answer:{site}:{sha256}:{model_version}"


def redis_search(subject: str, search_id: str) -> str:
    """A search of one account, with what it found."""
    return f"search:{subject}:{search_id}"


def redis_list_counts(site: str, name: str) -> str:
    """How many radiographs a list has, by days; it is gone soon, and after each change."""
    return f"list-counts:{site}:{name}"


def redis_list_additions(site: str, name: str) -> str:
    """The last entries of a list, each with the time of its addition."""
    return f"list-additions:{site}:{name}"


def redis_count(kind: str, name: str, window: int) -> str:
    """The requests of one kind by one account or site, in one window of time."""
    return f"count:{kind}:{name}:{window}"


def redis_positives(site: str, model_version: str) -> str:
    """The last answers of one model version, so that a new model starts with an empty list."""
    return f"positives:{site}:{model_version}"
