"""Where things are kept: object keys in S3, keys in Redis, and the id of a radiograph."""

import base64
import hashlib
from datetime import datetime

# Milliseconds of the year 5138: subtracted from, it makes the newest sort first, in 14 digits.
_LATEST_MS = 99_999_999_999_999


def radiograph_id(site: str, idempotency_key: str) -> str:
    """26 letters and digits (130 bits), so that the same post twice names one radiograph."""
    digest = hashlib.sha256(f"{site}\0{idempotency_key}".encode()).digest()
    return base64.b32encode(digest).decode()[:26].lower()


def fact(radiograph: str, sequence: int) -> str:
    return f"{facts_prefix(radiograph)}{sequence:06}.json"


def facts_prefix(radiograph: str) -> str:
    return f"facts/{radiograph}/"


def incoming(radiograph: str) -> str:
    return f"incoming/{radiograph}"


RADIOGRAPHS = "radiographs/"


def original(radiograph: str) -> str:
    return f"{RADIOGRAPHS}{radiograph}/original"


def rendition(radiograph: str) -> str:
    return f"{RADIOGRAPHS}{radiograph}/rendition.png"


def thumbnail(radiograph: str) -> str:
    return f"{RADIOGRAPHS}{radiograph}/thumbnail.png"


def attention(radiograph: str) -> str:
    return f"{RADIOGRAPHS}{radiograph}/attention.png"


def identity(radiograph: str) -> str:
    return f"{RADIOGRAPHS}{radiograph}/identity.json"


def index(site: str, created_at: str, radiograph: str) -> str:
    """The newest first, in S3's order of keys."""
    created_ms = int(datetime.fromisoformat(created_at).timestamp() * 1000)
    return f"{index_prefix(site)}{_LATEST_MS - created_ms:014}-{radiograph}"


def index_prefix(site: str) -> str:
    return f"index/{site}/"


def parse_index_key(key: str) -> tuple[str, int]:
    """The radiograph and its creation in ms since 1970 that an index key names."""
    inverted, radiograph = key.rsplit("/", 1)[1].split("-", 1)
    return radiograph, _LATEST_MS - int(inverted)


def model_file(version: str, path: str) -> str:
    return f"models/{version}/{path}"


CURRENT_MODEL = "models/current.json"
# Kept beside each file of a version that a deploy brought: the key that it was copied from.
COPIED_FROM = "copied-from"


def redis_radiograph(radiograph: str) -> str:
    return f"radiograph:{radiograph}"


def redis_answer(site: str, sha256: str, model_version: str) -> str:
    return f"answer:{site}:{sha256}:{model_version}"


def redis_positives(site: str, model_version: str) -> str:
    """By model version: a new model is not judged by the answers of the one before."""
    return f"positives:{site}:{model_version}"
