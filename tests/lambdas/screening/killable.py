"""A process that screens in forks of itself, each of which can end at any call to S3 or Redis.

A fork ends as after SIGKILL: without cleanup and without output. It decodes files itself, since the
end of a decoder process has its own tests.
"""

import dataclasses
import json
import os
import re
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, TypeVar

from lambdas import clients
from lambdas.cache import Cache
from lambdas.screening import handler
from lambdas.screening.pipeline import Pipeline
from screening.decode import decode_radiograph

KILLED = 7

T = TypeVar("T")

# Of its own: outside pytest, `tests` is no package that a process could import.
_CONTEXT = SimpleNamespace(
    function_name="test",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:test",
    aws_request_id="3f1e",
)


class Steps:
    """Records the calls to S3 and Redis, in order; ends the process before or after one of them."""

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
        events.register_first("before-send.s3", self._begin_s3)
        events.register_last("after-call.s3", lambda **_: self.end())
        call_redis = Cache._call

        def call(cache: Cache, command: Callable[[], T]) -> T | None:
            self.begin("Redis")
            result = call_redis(cache, command)
            self.end()
            return result

        setattr(Cache, "_call", call)  # noqa: B010

    def _begin_s3(self, *, request: Any, event_name: str, **_: Any) -> None:
        operation = event_name.rsplit(".", 1)[1]
        match = re.search(
            r"(lists|index|sites|incoming|identity|original|rendition|thumbnail|attention|\d{6})",
            request.url,
        )
        self.begin(f"{operation} {match[1] if match else 'facts'}")


def main() -> None:
    """Reads an order from each line of stdin; prints the exit status and the steps of its run."""
    ready = handler.pipeline()
    ready.model.get()
    for line in sys.stdin:
        order = json.loads(line)
        read_end, write_end = os.pipe()
        child = os.fork()
        if not child:
            _screen(ready, order, write_end)
        os.close(write_end)
        _, status = os.waitpid(child, 0)
        with os.fdopen(read_end) as pipe:
            steps = json.loads(pipe.read() or "[]")
        print(json.dumps([os.waitstatus_to_exitcode(status), steps]), flush=True)


def _screen(ready: Pipeline, order: dict[str, Any], write_end: int) -> None:
    """Uses connections of the fork's own, and the model that the parent has loaded."""
    os.dup2(2, 1)
    clients.s3.cache_clear()
    handler.pipeline.cache_clear()
    pipeline = handler.pipeline()
    receiver = dataclasses.replace(pipeline.receiver, decode=decode_radiograph)
    pipeline = dataclasses.replace(pipeline, receiver=receiver, model=ready.model)
    setattr(handler, "pipeline", lambda: pipeline)  # noqa: B010
    steps = Steps(before=order["before"], after=order["after"])
    steps.watch()
    failed = True
    try:
        failed = bool(handler.handler(order["event"], _CONTEXT)["batchItemFailures"])
        os.write(write_end, json.dumps(steps.names).encode())
    finally:
        os._exit(int(failed))


if __name__ == "__main__":
    main()
