"""A process that screens in forks of itself, each of which may be told to end in the middle.

A fork that ends so ends as after SIGKILL: nothing is cleaned up, and nothing is said. It has no
reader process of its own, since a reader's death has its own tests.
"""

import dataclasses
import json
import os
import re
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from lambdas import clients, records, settings
from lambdas.cache import Cache, connect
from lambdas.screening import handler
from lambdas.screening.pipeline import Screener
from screening.decode import decode_radiograph

KILLED = 7
_CONTEXT = SimpleNamespace(
    function_name="test",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:test",
    aws_request_id="3f1e",
)


class Steps:
    """What the function asks of S3 and of Redis, in order; ends the process beside one of them."""

    def __init__(self, *, before: int | None, after: int | None) -> None:
        self.names: list[str] = []
        self._before, self._after = before, after

    def begin(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) == self._before:
            os._exit(KILLED)

    def end(self) -> None:
        if len(self.names) == self._after:
            os._exit(KILLED)

    def watch(self) -> None:
        events = clients.s3().meta.events
        events.register_first("before-send.s3", self._asks_s3)
        events.register_last("after-call.s3", lambda **_: self.end())
        asked = Cache._ask

        def ask(cache: Cache, call: Callable[[], Any]) -> Any:
            self.begin("Redis")
            answer = asked(cache, call)
            self.end()
            return answer

        Cache._ask = ask  # type: ignore[method-assign]

    def _asks_s3(self, *, request: Any, event_name: str, **_: Any) -> None:
        place = re.search(
            r"(incoming|identity|original|rendition|thumbnail|attention|\d{6})", request.url
        )
        self.begin(f"{event_name.rsplit('.', 1)[1]} {place[1] if place else 'facts'}")


def main() -> None:
    """An order a line, and how it ended a line."""
    ready = handler._screener()
    ready.models.current()
    for line in sys.stdin:
        order = json.loads(line)
        told, tell = os.pipe()
        child = os.fork()
        if not child:
            _screen(ready, order, tell)
        os.close(tell)
        _, status = os.waitpid(child, 0)
        with os.fdopen(told) as said:
            names = said.read()
        print(
            json.dumps([os.waitstatus_to_exitcode(status), json.loads(names or "[]")]), flush=True
        )


def _screen(ready: Screener, order: dict[str, Any], tell: int) -> None:
    """With connections of its own, and the model that is loaded."""
    os.dup2(2, 1)
    clients.s3.cache_clear()
    known = settings.from_environment()
    fresh = dataclasses.replace(
        ready, store=records.connect(known), cache=connect(known), read=decode_radiograph
    )
    handler._screener = lambda: fresh  # type: ignore[assignment]
    steps = Steps(before=order["before"], after=order["after"])
    steps.watch()
    failed = True
    try:
        failed = bool(handler.handler(order["event"], _CONTEXT)["batchItemFailures"])  # type: ignore[arg-type]
        os.write(tell, json.dumps(steps.names).encode())
    finally:
        os._exit(int(failed))


if __name__ == "__main__":
    main()
