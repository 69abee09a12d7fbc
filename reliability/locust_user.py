"""A Locust user: a doctor who uploads an image, waits for its answer and reviews it."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import uuid4

# Locust replaces Python's sockets by gevent's, so it comes before whatever opens a socket.
from locust import HttpUser, between, task  # isort: skip
import gevent
from locust.clients import ResponseContextManager
from locust.exception import StopUser

from contracts.api import Created, RadiographView
from contracts.record import FINAL_STATES, State
from contracts.serialisation import parse
from reliability.checker import Upload
from reliability.sample_images import SampleImage

# Names of steps in the statistics.
BUSY = "asked to retry"
ANSWER = "from file to answer"

_PATH = "/v1/radiographs"
_ANSWER_SECONDS = 60.0


@dataclass(kw_only=True)
class Workload:
    """What all users share: the files, the header that authorises them, the uploads so far."""

    images: Sequence[SampleImage]
    headers: Mapping[str, str]
    uploads: list[Upload] = field(default_factory=list)


class DoctorUser(HttpUser):
    """Waits one to three seconds between two images, as a doctor who looks at an answer."""

    wait_time = between(1, 3)
    workload: ClassVar[Workload]

    @task
    def screen_image(self) -> None:
        image = random.choice(self.workload.images)
        created = self._create(image)
        start = time.perf_counter()
        form = created.upload
        assert form is not None
        files = {"file": image.content}
        self._request("send the file", "POST", form.url, data=dict(form.fields), files=files)
        radiograph = created.radiograph.id
        self.workload.uploads.append(Upload.from_content(radiograph, image.content, image.expected))
        view = self._wait_for_answer(radiograph)
        self._record(ANSWER, time.perf_counter() - start)
        self._request("worklist", "GET", _PATH)
        if view.state is State.SCREENED:
            path = f"{_PATH}/{radiograph}/reviews"
            self._request("review", "POST", path, json={"finding": "pneumonia"})

    def _create(self, image: SampleImage) -> Created:
        body = {"file_name": image.name, "bytes": len(image.content)}
        headers = {"Idempotency-Key": str(uuid4())}
        response = self._request("announce", "POST", _PATH, headers=headers, json=body)
        return parse(Created, response.json())

    def _wait_for_answer(self, radiograph: str) -> RadiographView:
        deadline = time.monotonic() + _ANSWER_SECONDS
        while time.monotonic() < deadline:
            response = self._request("read", "GET", f"{_PATH}/{radiograph}", params={"wait": 2})
            view = parse(RadiographView, response.json())
            if view.state in FINAL_STATES:
                return view
        self._record(ANSWER, _ANSWER_SECONDS, error=TimeoutError("no answer within a minute"))
        raise StopUser

    def _request(
        self,
        step: str,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        **arguments: Any,
    ) -> ResponseContextManager:
        """Returns the response, after as many retries as the server asks for.

        Any other error counts as a failure and ends this user.
        """
        # A presigned form has a whole URL and authorises itself.
        authorised = {} if url.startswith("http") else {**self.workload.headers, **(headers or {})}
        response: ResponseContextManager
        while True:
            with self.client.request(
                method, url, name=step, catch_response=True, headers=authorised, **arguments
            ) as response:
                pause = float(response.headers.get("Retry-After") or 0)
                is_busy = response.status_code == 429 and pause > 0
                if is_busy:
                    response.request_meta["name"] = BUSY  # type: ignore[index]
                    response.success()
                elif not response.ok:
                    response.failure(f"{response.status_code} {response.reason}")
            if not is_busy:
                break
            gevent.sleep(pause)
        if not response.ok:
            raise StopUser
        return response

    def _record(self, step: str, seconds: float, *, error: Exception | None = None) -> None:
        """Adds a step of several requests to the statistics."""
        self.environment.events.request.fire(
            request_type="",
            name=step,
            response_time=seconds * 1000,
            response_length=0,
            exception=error,
            context={},
        )
