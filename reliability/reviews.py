"""Reviews answers, sends some reviews twice, and keeps a list of all that were sent."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from uuid import uuid4

from contracts import keys
from contracts.api_requests import ReviewRequest
from contracts.findings import Finding
from local.aws.cognito import account_subject
from reliability.api_client import ApiClient
from reliability.checker import Upload
from reliability.running_system import DOCTOR, RunningSystem

_REPEAT_SHARE = 0.2
# A doctor who closes the page after an error: such a review may be stored or not.
_GIVE_UP_SHARE = 0.1
_ANSWER_SECONDS = 10.0
_POLL_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class SentReview:
    """`statuses` are those of all responses; none where the only request had no response."""

    radiograph_id: str
    review_id: str
    request: ReviewRequest
    statuses: tuple[int, ...]

    @property
    def is_acknowledged(self) -> bool:
        return any(status in (HTTPStatus.OK, HTTPStatus.CREATED) for status in self.statuses)


class Reviewer:
    """Acts for one doctor. Safe from several threads."""

    def __init__(self, system: RunningSystem, *, seed: int) -> None:
        self._api = ApiClient(system)
        self._random = random.Random(seed)
        self._unanswered: list[Upload] = []
        self.sent: list[SentReview] = []
        self.repeats = 0

    def review(self, upload: Upload) -> None:
        """Reviews the answer to an upload once it is there, for ten seconds; else the upload is
        left to `review_rest`. A rejected file has no answer.
        """
        if upload.expected.decision is None:
            return
        deadline = time.monotonic() + _ANSWER_SECONDS
        while not self._api.is_answered(upload.radiograph_id):
            if time.monotonic() > deadline:
                self._unanswered.append(upload)
                return
            time.sleep(_POLL_SECONDS)
        self._send(upload.radiograph_id)

    def review_rest(self) -> None:
        """Reviews what has been answered since."""
        for upload in self._unanswered:
            if self._api.is_answered(upload.radiograph_id):
                self._send(upload.radiograph_id)

    def _send(self, radiograph: str) -> None:
        key = str(uuid4())
        request = ReviewRequest(
            finding=self._random.choice(list(Finding)), note=self._random.choice(("", key))
        )
        requests = 2 if self._random.random() < _REPEAT_SHARE else 1
        has_retries = self._random.random() >= _GIVE_UP_SHARE
        self.repeats += requests - 1

        def send(_: int) -> int | None:
            return self._api.send_review(radiograph, request, key=key, has_retries=has_retries)

        with ThreadPoolExecutor(requests) as threads:
            statuses = list(threads.map(send, range(requests)))
        self.sent.append(
            SentReview(
                radiograph_id=radiograph,
                review_id=keys.review_id(radiograph, account_subject(DOCTOR), key),
                request=request,
                statuses=tuple(status for status in statuses if status is not None),
            )
        )
