"""The processes of a function, with AWS's own runtime client (awslambdaric)."""

import errno
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from contracts.trace import parse_trace_id
from local.lambda_runtime.pool import MAX_PROCESSES, BusyError, Pool
from local.lambda_runtime.runtime_api import InitError
from local.lambda_runtime.worker import Worker
from local.processes.ports import is_open
from reliability import memory
from tests.local.conftest import Start

ECHO = """
import os

def handler(event, context):
    return {
        "event": event,
        "pid": os.getpid(),
        "arn": context.invoked_function_arn,
        "trace": os.environ["_X_AMZN_TRACE_ID"],
        "left_ms": context.get_remaining_time_in_millis(),
    }
"""
SLOW = """
import time

def handler(event, context):
    time.sleep(event["seconds"])
"""
WAITING = """
import pathlib, time

def handler(event, context):
    while not pathlib.Path(event["for"]).exists():
        time.sleep(0.02)
"""
DYING = """
import os

def handler(event, context):
    if event.get("die"):
        os._exit(3)
    return os.getpid()
"""


def call(pool: Pool, event: Any) -> Any:
    outcome = pool.invoke(json.dumps(event).encode())
    assert not outcome.failed, outcome.payload
    return json.loads(outcome.payload)


def fail(pool: Pool, event: Any) -> dict[str, Any]:
    outcome = pool.invoke(json.dumps(event).encode())
    assert outcome.failed
    return dict(json.loads(outcome.payload))


def test_a_function_works_in_the_trace_of_its_caller(start: Start) -> None:
    pool = start(ECHO)
    trace_id = "1-67891233-abcdef012345678912345678"
    outcome = pool.invoke(b"{}", trace_id=trace_id)
    assert parse_trace_id(json.loads(outcome.payload)["trace"]) == trace_id
    others = {parse_trace_id(call(pool, {})["trace"]) for _ in range(2)}
    assert len(others) == 2 and not others & {"", trace_id}


def test_an_event_goes_in_and_the_answer_comes_out(start: Start) -> None:
    answer = call(start(ECHO), {"name": "Röntgen"})
    assert answer["event"] == {"name": "Röntgen"}
    assert answer["arn"].endswith(":function:function")
    assert 0 < answer["left_ms"] <= 10_000


def test_calls_one_after_the_other_meet_the_same_process(start: Start) -> None:
    pool = start(ECHO)
    assert len({call(pool, {})["pid"] for _ in range(3)}) == 1


def test_a_measurement_of_memory_counts_it_as_a_function(start: Start) -> None:
    pid = call(start(ECHO), {})["pid"]
    assert memory._unique_memory(psutil.Process(pid))[0] == memory._FUNCTIONS


def test_an_exception_is_reported_as_lambda_reports_it(start: Start) -> None:
    pool = start("def handler(event, context):\n    raise ValueError('no')")
    assert fail(pool, {}).items() >= {"errorType": "ValueError", "errorMessage": "no"}.items()


def test_a_handler_that_cannot_be_imported_fails_to_start(start: Start, tmp_path: Path) -> None:
    pool = start("import flask")
    with pytest.raises(InitError):
        pool.warm_up()
    assert "No module named 'flask'" in (tmp_path / "function.log").read_text()
    assert fail(pool, {})["errorType"] == "Runtime.InitError"


def test_the_function_sees_nothing_of_the_persons_environment(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XRAY_SECRET", "of the person")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    pool = start("import os, sys\ndef handler(e, c): return [sorted(os.environ), sys.path]")
    names, path = call(pool, {})
    assert not {"HOME", "PYTHONPATH", "XRAY_SECRET"} & set(names)
    assert "/elsewhere" not in path


def test_when_every_process_stays_at_work_the_next_caller_is_told_to_come_again(
    start: Start, tmp_path: Path
) -> None:
    pool, event = start(WAITING, timeout_seconds=60), {"for": str(tmp_path / "go")}
    with ThreadPoolExecutor(MAX_PROCESSES) as callers:
        calls = [callers.submit(call, pool, event) for _ in range(MAX_PROCESSES)]
        while not pool.is_full():
            time.sleep(0.02)
        with pytest.raises(BusyError):
            pool.invoke(json.dumps(event).encode())
        (tmp_path / "go").touch()
        assert [answer.result() for answer in calls] == [None] * MAX_PROCESSES


def test_a_call_that_takes_too_long_ends_with_its_process(start: Start) -> None:
    pool = start(SLOW, timeout_seconds=1)
    assert fail(pool, {"seconds": 30})["errorType"] == "Sandbox.Timedout"
    assert call(pool, {"seconds": 0}) is None


def test_a_process_that_dies_at_work_is_replaced(start: Start) -> None:
    pool = start(DYING)
    first = call(pool, {})
    assert fail(pool, {"die": True})["errorType"] == "Runtime.ExitError"
    assert call(pool, {}) != first


def test_a_process_that_dies_idle_is_replaced(start: Start) -> None:
    pool = start(DYING)
    first = call(pool, {})
    os.kill(first, signal.SIGKILL)
    # A call at the moment of the kill may fail, because the pool has not noticed it yet.
    while (outcome := pool.invoke(b"{}")).failed:
        pass
    assert json.loads(outcome.payload) != first


def test_starts_that_fail_are_few_however_often_the_function_is_called() -> None:
    starts = 0

    def start_worker(on_end: Callable[[Worker], None]) -> Worker:
        nonlocal starts
        starts += 1
        raise OSError(errno.ENOSPC, "No space left on device")

    pool = Pool(start_worker, timeout_seconds=1, max_wait_seconds=0.05)
    outcomes = [try_call(pool) for _ in range(40)]
    assert starts < 6
    assert "Runtime.InitError" in outcomes[0]
    assert outcomes[-1] == "busy"


def try_call(pool: Pool) -> str:
    try:
        return pool.invoke(b"{}").payload.decode()
    except BusyError:
        return "busy"


def test_a_function_whose_start_failed_is_started_again_later() -> None:
    """An error of any kind must not count as a process that is starting for ever."""
    pool = Pool(start_worker_that_fails, timeout_seconds=1)
    assert "Runtime.InitError" in try_call(pool)
    assert "Runtime.InitError" in try_call(pool)


def start_worker_that_fails(on_end: Callable[[Worker], None]) -> Worker:
    raise ValueError


def test_a_closed_pool_starts_nothing() -> None:
    pool = Pool(start_worker_that_fails, timeout_seconds=1, max_wait_seconds=0.05)
    pool.close()
    assert try_call(pool) == "busy"


def test_a_start_that_fails_leaves_no_port_open() -> None:
    addresses: list[str] = []

    def launch(address: str) -> "subprocess.Popen[bytes]":
        addresses.append(address)
        raise OSError

    with pytest.raises(OSError):
        Worker("function", launch)
    assert not is_open(int(addresses[0].rpartition(":")[2]))
