"""Calls a function of the running system from a command, in a process of its own."""

import json
from typing import Any

from bundles.function_definitions import Function
from local.cli.prepare import prepare
from local.errors import LocalError
from local.lambda_runtime import functions
from local.processes.group import Processes
from local.progress import Progress
from local.running_resources import read_resources
from local.settings import Settings


def call_function(
    settings: Settings, function: Function, event: dict[str, Any], *, failure: str
) -> dict[str, Any]:
    """The function's answer. Raises NotRunningError, and LocalError if the function fails: it says
    `failure`, what the person is to know of it.
    """
    resources = read_resources(settings)
    folder = prepare(Progress())[function.bundle.name]
    environment = functions.build_environment(function, resources, settings, folder=folder)
    # A record of its own: the running system's record lists the processes that it ends.
    record = settings.folder / f"{function.name}-processes.json"
    processes = Processes(record=record, logs=settings.logs)
    pool = functions.build_pool(function, folder, environment, processes)
    try:
        outcome = pool.invoke(json.dumps(event).encode())
    finally:
        pool.close()
        processes.stop_all()
    if outcome.failed:
        raise LocalError(f"{failure} See {processes.log(function.name)} for the reason.")
    answer: dict[str, Any] = json.loads(outcome.payload)
    return answer
