"""A doctor as the system sees one: announces, sends, waits; tries again when told to."""

import time
from collections.abc import Callable
from typing import Any

import requests

from contracts.api import Created, RadiographView
from contracts.record import State
from reliability.running_system import RunningSystem

# After these a caller may try again, and a browser does.
_AGAIN = frozenset({429, 500, 502, 503, 504})
_TIMEOUT_SECONDS = 60
_PATIENCE_SECONDS = 120.0
_LASTING = frozenset({State.SCREENED, State.REJECTED})


class Doctor:
    """Raises TimeoutError where nothing goes through for two minutes."""

    def __init__(self, system: RunningSystem) -> None:
        self._url = f"{system.url}/v1/radiographs"
        self._headers = system.auth_headers()

    def announce(self, file_name: str, content: bytes, *, key: str) -> Created:
        body = {"file_name": file_name, "bytes": len(content)}
        headers = {**self._headers, "Idempotency-Key": key}
        answer = _again(lambda: _post(self._url, json=body, headers=headers))
        answer.raise_for_status()
        return Created.from_json(answer.json())

    def send(self, created: Created, content: bytes) -> None:
        upload = created.upload
        assert upload is not None
        answer = _again(lambda: _post(upload.url, data=upload.fields, files={"file": content}))
        answer.raise_for_status()

    def read(self, radiograph: str) -> RadiographView | None:
        """As the page asks; None where it is told to come again."""
        try:
            answer = requests.get(
                f"{self._url}/{radiograph}", headers=self._headers, timeout=_TIMEOUT_SECONDS
            )
        except requests.RequestException:
            return None
        return RadiographView.from_json(answer.json()) if answer.ok else None

    def is_answered(self, radiograph: str) -> bool:
        view = self.read(radiograph)
        return view is not None and view.state in _LASTING


def _post(url: str, **how: Any) -> requests.Response:
    return requests.post(url, timeout=_TIMEOUT_SECONDS, **how)


def _again(ask: Callable[[], requests.Response]) -> requests.Response:
    """The first answer that is not ours to mend."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            answer = ask()
        except requests.RequestException:
            time.sleep(0.5)
            continue
        if answer.status_code not in _AGAIN:
            return answer
        time.sleep(float(answer.headers.get("Retry-After") or 0.5))
    raise TimeoutError("Nothing has gone through for two minutes.")
