"""The traffic of the canary, which sends a film every five minutes, day and night."""

from collections.abc import Iterator, Mapping

from deploy.traffic import Usage

HANDLER = "lambdas.run_canary.handler"
_FILMS = 12 * 24 * 365 / 12  # In a month.
# The page and two redirects, announcement, two rows that wait, the list, and the deletion with a
# last look at the row.
_REQUESTS = 9
# Seconds of each function for a film: the canary itself draws, and waits for the answer; the API is
# held for it.
_SECONDS = {
    HANDLER: 6.0,
    "lambdas.screening.handler.handler": 0.5,
    "lambdas.api.handler.handler": 2.5,
    "lambdas.delete_radiograph.handler": 0.5,
    "ui.lambda_handler.handler": 0.25,
}
# Counted as in tests/lambdas/test_s3_calls.py, with the upload; half of the writes are lists of
# versions for the deletion.
_PUTS, _GETS = 47, 10


def list_usage(memory_megabytes: Mapping[str, int]) -> Iterator[Usage]:
    """For one month, by the memory size of each function; nothing without a canary."""
    if HANDLER not in memory_megabytes:
        return
    seconds = sum(
        memory_megabytes.get(handler, 0) / 1024 * each for handler, each in _SECONDS.items()
    )
    usage = {
        "api_request": (_REQUESTS, f"{_REQUESTS} requests a film, 288 films a day"),
        "web_acl_request": (_REQUESTS, "the same"),
        "lambda_gigabyte_second": (seconds, f"{seconds:.1f} GB-seconds a film"),
        "s3_put": (_PUTS, f"{_PUTS} writes to S3 a film"),
        "s3_get": (_GETS, f"{_GETS} reads from S3 a film"),
    }
    for price, (each, assumption) in usage.items():
        yield Usage(
            name=f"canary, {price.replace('_', ' ')}",
            quantity=_FILMS * each,
            price=price,
            assumption=assumption,
        )
