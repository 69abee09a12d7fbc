"""Finds the processes of a running system's parts, by words on their command lines."""

import random
import time
from collections.abc import Mapping

import psutil

from bundles.function_definitions import API_FUNCTION, SCREENING_FUNCTION, UI_FUNCTION
from local.processes.redis_server import find_redis_server
from reliability.running_system import RunningSystem

SERVICES: Mapping[str, str] = {
    "aws": "local.aws.server",
    "redis": find_redis_server().name,
    "login": "cognito_server.js",
    "endpoint": "local.sagemaker.endpoint",
}
FUNCTIONS: Mapping[str, str] = {
    "api": API_FUNCTION.handler,
    "page": UI_FUNCTION.handler,
    "screening": SCREENING_FUNCTION.handler,
}
_WORDS = {**SERVICES, **FUNCTIONS}


class Parts:
    """The processes that the run has started; `generator` draws among those of a function."""

    def __init__(self, system: RunningSystem, generator: random.Random) -> None:
        self.run = psutil.Process(system.process.pid)
        self._random = generator

    def find(self, part: str) -> psutil.Process:
        """Waits until there is one: after a kill, the run or the next request starts another."""
        while not (processes := self._find_all(_WORDS[part])):
            time.sleep(0.05)
        return self._random.choice(processes)

    def _find_all(self, word: str) -> list[psutil.Process]:
        return [child for child in self.run.children() if word in _command_line(child)]


def _command_line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # It has ended.
        return ""
