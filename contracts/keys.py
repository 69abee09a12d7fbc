"""Object keys in S3, keys in Redis, and the id of a radiograph."""

import base64
import hashlib
from datetime import datetime

# In the year 5138, in milliseconds. A time subtracted from it sorts the newest first, in 14 digits.
_LATEST_MS = 99_999_999_999_999


# The form of a radiograph's id, as `radiograph_id` builds it.
RADIOGRAPH_ID_PATTERN = "[a-z2-7]{26}"


def radiograph_id(site: str, idempotency_key: str) -> str:
    """26 letters and digits (130 bits of a hash), so that a repeated request gives the same id."""
    digest = hashlib.sha256(f"{site}\0{idempotency_key}".encode()).digest()
    return base64.b32encode(digest).decode()[:26].lower()


def review_id(radiograph: str, subject: str, idempotency_key: str) -> str:
    """Names one request of one doctor, in the same form."""
    digest = hashlib.sha256(f"{radiograph}\0{subject}\0{idempotency_key}".encode()).digest()
    return base64.b32encode(digest).decode()[:26].lower()


def fact(radiograph: str, sequence: int) -> str:
    return f"{facts_prefix(radiograph)}{sequence:06}.json"


def facts_prefix(radiograph: str) -> str:
    return f"facts/{radiograph}/"


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
    """The key of an index entry: S3 lists the newest first."""
    created_ms = int(datetime.fromisoformat(created_at).timestamp() * 1000)
    return f"{index_prefix(site)}{_LATEST_MS - created_ms:014}-{radiograph}"


def index_prefix(site: str) -> str:
    return f"index/{site}/"


def parse_index_key(key: str) -> tuple[str, int]:
    """The radiograph's id, and its creation in milliseconds since 1970."""
    inverted, radiograph = key.rsplit("/", 1)[1].split("-", 1)
    return radiograph, _LATEST_MS - int(inverted)


def site_settings(site: str, number: int) -> str:
    return f"{site_settings_prefix(site)}{number:06}.json"


def site_settings_prefix(site: str) -> str:
    return f"sites/{site}/"


def redis_radiograph(radiograph: str) -> str:
    return f"radiograph:{radiograph}"


def redis_answer(site: str, sha256: str, model_version: str) -> str:
    return f"answer:{site}:{sha256}:{model_version}"


def redis_count(kind: str, name: str, window: int) -> str:
    """The requests of one kind by one account or site, in one window of time."""
    return f"count:{kind}:{name}:{window}"


def redis_logout(token_id: str) -> str:
    return f"logout:{token_id}"


def redis_positives(site: str, model_version: str) -> str:
    """The last answers of one model version, so that a new model starts with an empty list."""
    return f"positives:{site}:{model_version}"
