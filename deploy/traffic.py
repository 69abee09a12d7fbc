"""What an X-ray uses on its way from the upload to the review: the assumptions of the estimate.

Requests and sizes are those of one doctor who uploads a file, waits, reads and reviews the answer;
seconds are generous against what one machine measures. Change a number here, and every table does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_DAYS = 365 / 12

# Of one X-ray.
_PAGE_REQUESTS, _API_REQUESTS = 14, 18
_SECONDS = {
    "lambdas.screening.handler.handler": 0.5,
    "lambdas.api.handler.handler": 0.08,
    "ui.lambda_handler.handler": 0.08,
}
_CALLS = {
    "lambdas.screening.handler.handler": 1,
    "lambdas.api.handler.handler": _API_REQUESTS,
    "ui.lambda_handler.handler": _PAGE_REQUESTS,
}
_STORED_MEGABYTES, _SHOWN_MEGABYTES = 4.0, 2.0
# As S3 bills them: PUT together with POST and LIST. tests/lambdas/test_s3_calls.py counts the calls
# of the functions. Writes: 4 to announce, 1 to upload, 9 to screen a DICOM file, 2 to review with a
# note, 2 for each of 3 worklists. Reads: 1 to announce, 3 to screen, 2 to review, 1 for each other
# request to the API, and 27 images in the browser.
_PUTS, _GETS = 22, 46
_LOG_KILOBYTES = 30
_KEY_REQUESTS = 6
_QUEUE_REQUESTS = 4
# X-Ray's default rule: one in twenty.
_TRACED = 0.05

# Of a month, whatever comes: pollers that ask an empty queue, flow logs, metrics of one site.
_POLLS = 5 * 3 * 60 * 24 * _DAYS
_STANDING_LOG_GIGABYTES = 1.0
_CUSTOM_METRICS = 60
# What goes through NAT: packages of training jobs, and calls of services without a door of theirs.
_NAT_GIGABYTES = 5.0

_COLD_AFTER_MONTHS = 3
_KEPT_MONTHS = 12
_RADIOGRAPHS_OF_ONE_DOCTOR = 20
_FEWEST_PEOPLE = 5


@dataclass(frozen=True, kw_only=True)
class Use:
    name: str
    quantity: float
    price: str
    assumes: str


@dataclass(frozen=True, kw_only=True)
class Traffic:
    radiographs_a_day: int

    @property
    def radiographs(self) -> float:
        """In a month."""
        return self.radiographs_a_day * _DAYS

    @property
    def people(self) -> int:
        return max(_FEWEST_PEOPLE, round(self.radiographs_a_day / _RADIOGRAPHS_OF_ONE_DOCTOR))

    def uses(self, memory_megabytes: Mapping[str, int]) -> Iterator[Use]:
        """`memory_megabytes` of the functions, by handler."""
        n = self.radiographs
        requests = n * (_PAGE_REQUESTS + _API_REQUESTS)
        each = f"{_PAGE_REQUESTS + _API_REQUESTS} requests an X-ray"
        yield Use(name="front door", quantity=requests, price="api_request", assumes=each)
        yield Use(
            name="firewall requests", quantity=requests, price="web_acl_request", assumes=each
        )
        yield from self._functions(memory_megabytes)
        yield from self._storage()
        yield Use(
            name="queue",
            quantity=n * _QUEUE_REQUESTS + _POLLS,
            price="queue_request",
            assumes=f"{_QUEUE_REQUESTS} an X-ray, and five pollers every 20 seconds",
        )
        yield Use(
            name="key requests",
            quantity=n * _KEY_REQUESTS,
            price="kms_request",
            assumes=f"{_KEY_REQUESTS} an X-ray",
        )
        yield Use(
            name="logs",
            quantity=n * _LOG_KILOBYTES / 1e6 + _STANDING_LOG_GIGABYTES,
            price="log_gigabyte",
            assumes=f"{_LOG_KILOBYTES} kB an X-ray, {_STANDING_LOG_GIGABYTES:g} GB of flows",
        )
        yield Use(
            name="custom metrics",
            quantity=_CUSTOM_METRICS,
            price="custom_metric_month",
            assumes=f"{_CUSTOM_METRICS} series of one site",
        )
        yield Use(
            name="traces", quantity=requests * _TRACED, price="trace", assumes="one request in 20"
        )
        yield Use(
            name="NAT traffic",
            quantity=_NAT_GIGABYTES,
            price="nat_gateway_gigabyte",
            assumes=f"{_NAT_GIGABYTES:g} GB",
        )

    def _functions(self, memory_megabytes: Mapping[str, int]) -> Iterator[Use]:
        for handler, calls in _CALLS.items():
            gigabytes = memory_megabytes.get(handler, 0) / 1024
            seconds = self.radiographs * calls * _SECONDS[handler]
            yield Use(
                name=f"function {handler.removesuffix('.handler')}",
                quantity=gigabytes * seconds,
                price="lambda_gigabyte_second",
                assumes=f"{calls} calls of {_SECONDS[handler]} s an X-ray",
            )
        yield Use(
            name="function calls",
            quantity=self.radiographs * sum(_CALLS.values()),
            price="lambda_request",
            assumes=f"{sum(_CALLS.values())} an X-ray",
        )

    def _storage(self) -> Iterator[Use]:
        gigabytes = self.radiographs * _STORED_MEGABYTES / 1e3
        yield Use(
            name="pictures",
            quantity=gigabytes * _COLD_AFTER_MONTHS,
            price="s3_gigabyte_month",
            assumes=f"{_STORED_MEGABYTES:g} MB an X-ray, the last {_COLD_AFTER_MONTHS} months",
        )
        yield Use(
            name="pictures, cold",
            quantity=gigabytes * (_KEPT_MONTHS - _COLD_AFTER_MONTHS),
            price="s3_cold_gigabyte_month",
            assumes=f"the rest of {_KEPT_MONTHS} months",
        )
        yield Use(
            name="writes to S3",
            quantity=self.radiographs * _PUTS,
            price="s3_put",
            assumes=f"{_PUTS} an X-ray",
        )
        yield Use(
            name="reads from S3",
            quantity=self.radiographs * _GETS,
            price="s3_get",
            assumes=f"{_GETS} an X-ray",
        )
        yield Use(
            name="pictures to browsers",
            quantity=self.radiographs * _SHOWN_MEGABYTES / 1e3,
            price="out_gigabyte",
            assumes=f"{_SHOWN_MEGABYTES:g} MB an X-ray",
        )
