"""The client of the API for an account of a local system, which also sends reviews."""

from functools import partial

import requests

from canary import api_client
from contracts.api import RadiographView
from contracts.api_requests import ReviewRequest
from contracts.record import FINAL_STATES
from contracts.serialisation import parse
from reliability.running_system import RunningSystem


class ApiClient(api_client.ApiClient):
    """Acts for one doctor. Raises TimeoutError where a request fails for two minutes."""

    def __init__(self, system: RunningSystem, email: str = "doctor@north.example") -> None:
        super().__init__(system.url, system.fetch_id_token(email))

    def send_review(
        self, radiograph: str, request: ReviewRequest, *, key: str, has_retries: bool
    ) -> int | None:
        """Returns the status; None where there is no response, without retries."""
        send = partial(self._post_with_key, f"/{radiograph}/reviews", request, key=key)
        if has_retries:
            return self._retry(send).status_code
        try:
            return send().status_code
        except requests.RequestException:
            return None

    def fetch_radiograph(self, radiograph: str) -> RadiographView | None:
        """Returns the radiograph; None where the request fails, without a retry."""
        try:
            response = self._get(f"/{radiograph}", {})
        except requests.RequestException:
            return None
        return parse(RadiographView, response.json()) if response.ok else None

    def is_answered(self, radiograph: str) -> bool:
        view = self.fetch_radiograph(radiograph)
        return view is not None and view.state in FINAL_STATES
