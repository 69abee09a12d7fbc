"""The way of a doctor: each step by HTTP, timed, in the order of the page."""

import io
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests
from botocore.exceptions import BotoCoreError, ClientError
from PIL import Image

from canary.api_client import ApiClient
from canary.login import LoginError
from contracts.api import Created, RadiographView
from contracts.api_requests import DeletionRequest
from contracts.deletion import DeletionReason
from contracts.page_key import PAGE_KEY_HEADER
from contracts.record import FINAL_STATES, State
from contracts.worklist_filters import Filter
from phantoms.chest import draw_phantom

# The retries of a page; API Gateway gives up after 29 seconds.
_RETRY_SECONDS = 10.0
_TIMEOUT_SECONDS = 30
_MAX_REDIRECTS = 5
# A doctor waits for seconds, and the queue's oldest file for minutes at the worst.
ANSWER_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step that succeeded; `detail` is what came back."""

    name: str
    seconds: float
    detail: str


class JourneyError(Exception):
    """A step failed; the message names no token and no code."""

    def __init__(self, step: str, reason: str) -> None:
        super().__init__(f"{step}: {reason}")
        self.step = step
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Journey:
    """`url` is the page's address, `log_in` returns the ID token of an account that is doctor and
    administrator of its site, `report` takes each step. `page_key` passes the firewall's rules by
    address.
    """

    url: str
    log_in: Callable[[], str]
    report: Callable[[Step], None]
    page_key: str = ""
    answer_seconds: float = ANSWER_SECONDS

    def run(self) -> float:
        """Goes the whole way; returns its seconds. Raises JourneyError.

        Any final answer is a success: what the model says of a phantom shows nothing.
        """
        content = draw_film()
        started_at = time.monotonic()
        with self._step("page") as step:
            step.detail = self._open("/")
        with self._step("login page") as step:
            step.detail = self._open("/login/start")
            if step.detail == urlsplit(self.url).netloc:
                raise ValueError("the page does not lead to the login")
        with self._step("login") as step:
            api = self._connect()
            step.detail = "a token, with the second factor where the pool has one"
        with self._step("announce") as step:
            created = api.create_radiograph("canary.png", content, key=secrets.token_hex(16))
            step.detail = created.radiograph.id
        try:
            self._follow(api, created, content)
        except JourneyError:
            # The error of the step before says more than that of this one.
            with suppress(requests.RequestException, TimeoutError):
                api.delete(created.radiograph.id, _DELETION)
            raise
        return time.monotonic() - started_at

    def _follow(self, api: ApiClient, created: Created, content: bytes) -> None:
        film = created.radiograph.id
        with self._step("upload") as step:
            api.upload(created, content)
            step.detail = f"{len(content):,} bytes"
        with self._step("answer") as step:
            row = self._wait(api, film)
            step.detail = row.answer.decision if row.answer else row.rejection or row.state
        with self._step("worklist") as step:
            worklist_filter = Filter.TO_REVIEW if row.state is State.SCREENED else Filter.REJECTED
            if film not in {each.id for each in api.list_worklist(worklist_filter)}:
                raise ValueError(f"the film is not in the list {worklist_filter}")
            step.detail = f"in the list {worklist_filter}"
        with self._step("delete") as step:
            state = api.delete(film, _DELETION).state
            if state is not State.DELETED or api.wait_for_row(film) is not None:
                raise ValueError("the film is still shown")
            step.detail = "no longer shown"

    def _connect(self) -> ApiClient:
        return ApiClient(
            self.url, self.log_in(), page_key=self.page_key, retry_seconds=_RETRY_SECONDS
        )

    def _open(self, path: str) -> str:
        """Returns the host that answers, after redirects. The login pages get no key."""
        url, session = self.url + path, requests.Session()
        for _ in range(_MAX_REDIRECTS):
            headers = {PAGE_KEY_HEADER: self.page_key} if url.startswith(self.url) else {}
            response = session.get(
                url, headers=headers, allow_redirects=False, timeout=_TIMEOUT_SECONDS
            )
            if not response.is_redirect:
                response.raise_for_status()
                return urlsplit(url).netloc
            url = urljoin(url, response.headers["Location"])
        raise ValueError("the redirects do not end")

    def _wait(self, api: ApiClient, film: str) -> RadiographView:
        deadline = time.monotonic() + self.answer_seconds
        while time.monotonic() < deadline:
            row = api.wait_for_row(film)
            if row is not None and row.state in FINAL_STATES:
                return row
        raise ValueError(f"there is no answer after {self.answer_seconds:.0f} seconds")

    @contextmanager
    def _step(self, name: str) -> Iterator["_Result"]:
        """Reports the step, or names it in the error."""
        result = _Result()
        started_at = time.monotonic()
        try:
            yield result
        except requests.HTTPError as error:
            path = urlsplit(error.response.url).path
            raise JourneyError(name, f"{error.response.status_code} from {path}") from error
        except requests.RequestException as error:
            raise JourneyError(name, f"no response ({type(error).__name__})") from error
        except ClientError as error:
            code = error.response["Error"]["Code"]
            raise JourneyError(name, f"{error.operation_name} answers {code}") from error
        except BotoCoreError as error:
            raise JourneyError(name, f"AWS does not answer ({type(error).__name__})") from error
        except (LoginError, TimeoutError, ValueError) as error:
            raise JourneyError(name, str(error)) from error
        seconds = time.monotonic() - started_at
        self.report(Step(name=name, seconds=seconds, detail=result.detail))


@dataclass
class _Result:
    detail: str = ""


_DELETION = DeletionRequest(reason=DeletionReason.TEST_FILE)


def draw_film() -> bytes:
    """A PNG of a new random phantom, so that no stored prediction answers for it."""
    buffer = io.BytesIO()
    pixels = draw_phantom(opacity=secrets.randbelow(2) == 1, seed=secrets.randbits(32))
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()
