"""Session cookies as the page of a local system builds them, for tries of their limits."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc import jwe
from joserfc.jwk import OctKey

from ui.auth.session_keys import derive_session_keys

_HEADER = {"alg": "dir", "enc": "A256GCM", "zip": "DEF"}
_ALGORITHMS = ["dir", "A256GCM", "DEF"]


def encrypt_cookie(data: Path, payload: Mapping[str, Any]) -> str:
    """`payload` has `seen`, the time of the last use, and `data`, the session."""
    return jwe.encrypt_compact(_HEADER, json.dumps(payload), _key(data), algorithms=_ALGORITHMS)


def decrypt_cookie(data: Path, cookie: str) -> dict[str, Any]:
    token = jwe.decrypt_compact(cookie, _key(data), algorithms=_ALGORITHMS)
    payload: dict[str, Any] = json.loads(token.plaintext or b"")
    return payload


def _key(data: Path) -> OctKey:
    """The key of the system whose data folder this is."""
    return OctKey.import_key(derive_session_keys((data / "session-secret").read_text()).cookie)
