"""The traffic of one X-ray from upload to review: the assumptions of the cost estimate.

Requests and sizes are those of one doctor who uploads a file, waits, sees the answer and reviews
it. The seconds are higher than one machine measures. All cost tables depend on these numbers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

DAYS = 365 / 12  # In a month.

# For one X-ray, counted in a browser. Page: 1 to announce, 2 for rows that wait (a fast machine
# needs 1), 3 films (this one, and the next one each time that a film is shown), 1 to review, 2 to
# return to the uploads, 1 worklist, 3 for what is new in a list that is open for 45 s, 1 for the
# other films of a patient. API: 2 for each film, 1 for each other one, and the model card.
_PAGE_REQUESTS, _API_REQUESTS = 14, 18
_SECONDS = {
    "lambdas.screening.handler.handler": 0.5,
    "lambdas.api.handler.handler": 0.08,
    "ui.lambda_handler.handler": 0.08,
}
# Both functions wait for the answer with the rows that wait for it, for 2 seconds at a time.
_HELD_SECONDS = {"lambdas.api.handler.handler": 2.0, "ui.lambda_handler.handler": 2.0}
_CALLS = {
    "lambdas.screening.handler.handler": 1,
    "lambdas.api.handler.handler": _API_REQUESTS,
    "ui.lambda_handler.handler": _PAGE_REQUESTS,
}
_STORED_MEGABYTES, _SHOWN_MEGABYTES = 4.0, 2.0
# As S3 bills them: PUT together with POST and LIST. tests/lambdas/test_s3_calls.py counts the calls
# of the functions. Writes: 4 to announce, 1 to upload, 12 to screen a DICOM file, 23 to make it
# searchable (21 beginnings of words, the patient's id, and the identity), 1 to open it, 3 to review
# with a note, 1 for each of 3 films to find its neighbours, 1 for the other films of its patient, 1
# for the worklist, 6 to count lists: the 3 that answer and review have changed, and the 4 others
# once a minute while a list is open. Reads: 3 to screen, 3 to review, 1 for each other request to
# the API that is not for what is new, and 27 images in the browser: those of a film that is fetched
# ahead come once, since it is shown next or was shown before. Deletions are free.
_PUTS, _GETS = 55, 42
_LOG_KILOBYTES = 30
_KEY_REQUESTS = 6
_QUEUE_REQUESTS = 4
# X-Ray's default rule traces one request in twenty.
_TRACED_SHARE = 0.05

# For a month without traffic: polls of an empty queue, flow logs, metrics of one site.
_POLLS = 5 * 3 * 60 * 24 * DAYS
_FLOW_LOG_GIGABYTES = 1.0
_CUSTOM_METRICS = 73
# Through NAT: packages of training jobs.
_NAT_GIGABYTES = 5.0

_ARCHIVE_AFTER_MONTHS = 3
_RETENTION_MONTHS = 12
_RADIOGRAPHS_A_USER = 20
_MIN_USERS = 5


@dataclass(frozen=True, kw_only=True)
class Usage:
    """`price` names an entry of prices.json; `assumption` says where `quantity` comes from."""

    name: str
    quantity: float
    price: str
    assumption: str


@dataclass(frozen=True, kw_only=True)
class Traffic:
    radiographs_a_day: int

    @property
    def radiographs(self) -> float:
        """In a month."""
        return self.radiographs_a_day * DAYS

    @property
    def users(self) -> int:
        return max(_MIN_USERS, round(self.radiographs_a_day / _RADIOGRAPHS_A_USER))

    @property
    def requests(self) -> float:
        """Through API Gateway, in a month."""
        return self.radiographs * (_PAGE_REQUESTS + _API_REQUESTS)

    def monthly_usage(
        self, memory_megabytes: Mapping[str, int], *, has_nat: bool
    ) -> Iterator[Usage]:
        """`memory_megabytes` is the memory size of each function, by handler."""
        each = f"{_PAGE_REQUESTS + _API_REQUESTS} requests an X-ray"
        for name, price in (
            ("API requests", "api_request"),
            ("firewall requests", "web_acl_request"),
        ):
            yield Usage(name=name, quantity=self.requests, price=price, assumption=each)
        yield from self._functions(memory_megabytes)
        yield from self._storage()
        yield Usage(
            name="queue",
            quantity=self.radiographs * _QUEUE_REQUESTS + _POLLS,
            price="queue_request",
            assumption=f"{_QUEUE_REQUESTS} an X-ray, and five pollers every 20 seconds",
        )
        yield Usage(
            name="key requests",
            quantity=self.radiographs * _KEY_REQUESTS,
            price="kms_request",
            assumption=f"{_KEY_REQUESTS} an X-ray",
        )
        yield from self._monitoring()
        yield Usage(
            name="NAT traffic",
            quantity=_NAT_GIGABYTES if has_nat else 0,
            price="nat_gateway_gigabyte",
            assumption=f"{_NAT_GIGABYTES:g} GB",
        )

    def _monitoring(self) -> Iterator[Usage]:
        gigabytes = self.radiographs * _LOG_KILOBYTES / 1e6 + _FLOW_LOG_GIGABYTES
        yield Usage(
            name="masks in logs",
            quantity=gigabytes,
            price="log_protection_gigabyte",
            assumption="as much as is logged",
        )
        yield Usage(
            name="logs",
            quantity=gigabytes,
            price="log_gigabyte",
            assumption=f"{_LOG_KILOBYTES} kB an X-ray, {_FLOW_LOG_GIGABYTES:g} GB of flows",
        )
        yield Usage(
            name="custom metrics",
            quantity=_CUSTOM_METRICS,
            price="custom_metric_month",
            assumption=f"{_CUSTOM_METRICS} series of one site",
        )
        yield Usage(
            name="traces",
            quantity=self.requests * _TRACED_SHARE,
            price="trace",
            assumption="one request in 20",
        )

    def _functions(self, memory_megabytes: Mapping[str, int]) -> Iterator[Usage]:
        for handler, calls in _CALLS.items():
            gigabytes = memory_megabytes.get(handler, 0) / 1024
            held = _HELD_SECONDS.get(handler, 0.0)
            seconds = self.radiographs * (calls * _SECONDS[handler] + held)
            yield Usage(
                name=f"function {handler.removesuffix('.handler')}",
                quantity=gigabytes * seconds,
                price="lambda_gigabyte_second",
                assumption=f"{calls} calls of {_SECONDS[handler]} s an X-ray"
                + (f", and {held:g} s until its answer" if held else ""),
            )
        yield Usage(
            name="function calls",
            quantity=self.radiographs * sum(_CALLS.values()),
            price="lambda_request",
            assumption=f"{sum(_CALLS.values())} an X-ray",
        )

    def _storage(self) -> Iterator[Usage]:
        gigabytes = self.radiographs * _STORED_MEGABYTES / 1e3
        yield Usage(
            name="images",
            quantity=gigabytes * _ARCHIVE_AFTER_MONTHS,
            price="s3_gigabyte_month",
            assumption=f"{_STORED_MEGABYTES:g} MB an X-ray, "
            f"the last {_ARCHIVE_AFTER_MONTHS} months",
        )
        yield Usage(
            name="images, archived",
            quantity=gigabytes * (_RETENTION_MONTHS - _ARCHIVE_AFTER_MONTHS),
            price="s3_cold_gigabyte_month",
            assumption=f"the rest of {_RETENTION_MONTHS} months",
        )
        yield Usage(
            name="writes to S3",
            quantity=self.radiographs * _PUTS,
            price="s3_put",
            assumption=f"{_PUTS} an X-ray",
        )
        yield Usage(
            name="reads from S3",
            quantity=self.radiographs * _GETS,
            price="s3_get",
            assumption=f"{_GETS} an X-ray",
        )
        yield Usage(
            name="images to browsers",
            quantity=self.radiographs * _SHOWN_MEGABYTES / 1e3,
            price="out_gigabyte",
            assumption=f"{_SHOWN_MEGABYTES:g} MB an X-ray",
        )
