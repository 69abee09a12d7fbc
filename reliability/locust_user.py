"""A doctor at work, for Locust: sends a film, reads its answer, looks at the worklist, reviews."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import uuid4

# Before anything that opens a socket, since it puts gevent's in the place of Python's.
from locust import HttpUser, between, task  # isort: skip
import gevent
from locust.clients import ResponseContextManager
from locust.exception import StopUser

from contracts.api import Created, RadiographView
from contracts.record import State
from reliability.checker import Sent
from reliability.test_images import Film

BUSY = "told to come again"
ANSWER = "from file to answer"

_ROUTE = "/v1/radiographs"
_LASTING = frozenset({State.SCREENED, State.REJECTED})
_PATIENCE_SECONDS = 60.0


@dataclass(kw_only=True)
class Work:
    """What all doctors share."""

    films: Sequence[Film]
    headers: Mapping[str, str]
    sent: list[Sent] = field(default_factory=list)


class BusyDoctor(HttpUser):
    """Between two films, a doctor looks at an answer for one to three seconds."""

    wait_time = between(1, 3)
    work: ClassVar[Work]

    @task
    def read_one(self) -> None:
        film = random.choice(self.work.films)
        created = self._announce(film)
        began = time.perf_counter()
        upload = created.upload
        assert upload is not None
        files = {"file": film.content}
        self._ask("send the file", "POST", upload.url, data=dict(upload.fields), files=files)
        self.work.sent.append(Sent.of(created.radiograph.id, film.content, film.expected))
        view = self._wait(created.radiograph.id)
        self._say(ANSWER, time.perf_counter() - began)
        self._ask("worklist", "GET", _ROUTE)
        if view.state is State.SCREENED:
            address = f"{_ROUTE}/{view.id}/reviews"
            self._ask("review", "POST", address, json={"verdict": "agree"})

    def _announce(self, film: Film) -> Created:
        body = {"file_name": film.name, "bytes": len(film.content)}
        key = {"Idempotency-Key": str(uuid4())}
        return Created.from_json(self._ask("announce", "POST", _ROUTE, key, json=body).json())

    def _wait(self, radiograph: str) -> RadiographView:
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            answer = self._ask("read", "GET", f"{_ROUTE}/{radiograph}", params={"wait": 2})
            view = RadiographView.from_json(answer.json())
            if view.state in _LASTING:
                return view
        self._say(ANSWER, _PATIENCE_SECONDS, error=TimeoutError("no answer within a minute"))
        raise StopUser

    def _ask(
        self,
        step: str,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        **how: Any,
    ) -> ResponseContextManager:
        """The answer, once there is one; a step that fails ends this doctor's day."""
        own = {} if url.startswith("http") else {**self.work.headers, **(headers or {})}
        answer: ResponseContextManager
        while True:
            with self.client.request(
                method, url, name=step, catch_response=True, headers=own, **how
            ) as answer:
                pause = float(answer.headers.get("Retry-After") or 0)
                is_busy = answer.status_code == 429 and pause > 0
                if is_busy:
                    answer.request_meta["name"] = BUSY  # type: ignore[index]
                    answer.success()
                elif not answer.ok:
                    answer.failure(f"{answer.status_code} {answer.reason}")
            if not is_busy:
                break
            gevent.sleep(pause)
        if not answer.ok:
            raise StopUser
        return answer

    def _say(self, step: str, seconds: float, *, error: Exception | None = None) -> None:
        self.environment.events.request.fire(
            request_type="",
            name=step,
            response_time=seconds * 1000,
            response_length=0,
            exception=error,
            context={},
        )
