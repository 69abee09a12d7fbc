"""Outages of the running system's own parts: each kills, pauses or empties one of them."""

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psutil
import redis

from bundles.function_definitions import API_FUNCTION, SCREENING_FUNCTION, Function
from local.aws import persistent_secrets
from local.processes.ports import is_open
from local.processes.redis_server import find_redis_server
from local.settings import ROOT
from reliability.running_system import RunningSystem
from reliability.shuffle import Shuffle

_PAUSE_SECONDS = 2.0
# Longer than the functions wait for the endpoint.
_ENDPOINT_PAUSE_SECONDS = 5.0
_INTERVAL_SECONDS = (0.5, 3.0)
# Runs the code of the function in the environment of a function.
_REFILL_CACHE = (
    "from lambdas import refill_cache, settings; "
    "refill_cache.refill_cache(settings.read_settings())"
)


class Outages:
    """Draws outages with `seed`. The run starts again what was killed."""

    def __init__(self, system: RunningSystem, *, seed: int) -> None:
        self._system = system
        self._random = random.Random(seed)
        self.counts: Counter[str] = Counter()

    @contextmanager
    def run(self) -> Iterator[None]:
        """Causes one outage after another until the block ends, each kind at least once."""
        stop = threading.Event()
        with ThreadPoolExecutor(1) as worker:
            task = worker.submit(self._run, stop)
            try:
                yield
            finally:
                stop.set()
        # Raises the error of an outage that could not be caused.
        task.result()

    def _run(self, stop: threading.Event) -> None:
        outages: Sequence[Callable[[], None]] = (
            self.restart_redis,
            self.empty_redis,
            self.pause_redis,
            self.pause_endpoint,
            self.kill_endpoint,
            self.kill_screening,
            self.refill_cache,
        )
        names = {outage.__name__ for outage in outages}
        shuffle = Shuffle(outages, self._random)
        while not stop.wait(self._random.uniform(*_INTERVAL_SECONDS)) or names - self.counts.keys():
            outage = shuffle.draw()
            outage()
            self.counts[outage.__name__] += 1

    def kill_redis(self) -> None:
        server = self._redis_server()
        server.kill()
        server.wait()

    def restart_redis(self) -> None:
        """Kills Redis, and waits until the run has started an empty one."""
        self.kill_redis()
        while not is_open(self._system.settings.redis_port):
            time.sleep(0.05)

    def empty_redis(self) -> None:
        settings = self._system.settings
        token = persistent_secrets.read_or_create_secret(settings, persistent_secrets.REDIS)
        redis.Redis.from_url(settings.redis_url, password=token).flushall()

    def pause_redis(self) -> None:
        """Lets Redis accept connections for two seconds without an answer."""
        _pause(self._redis_server(), _PAUSE_SECONDS)

    def pause_endpoint(self) -> None:
        """Lets the endpoint accept connections without an answer, until every caller gives up."""
        _pause(self._endpoint(), _ENDPOINT_PAUSE_SECONDS)

    def kill_endpoint(self) -> None:
        """Kills the endpoint; the run starts another, which loads its network for ten seconds."""
        self._endpoint().kill()

    def kill_screening(self) -> None:
        """Kills one process of the screening function, whatever it does."""
        self._find_function(SCREENING_FUNCTION).kill()

    def refill_cache(self) -> None:
        """Refills Redis from the facts while uploads and answers continue."""
        # The memory of the screening function is closed to other processes.
        environment = self._find_function(API_FUNCTION).environ()
        command = [sys.executable, "-c", _REFILL_CACHE]
        subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)

    def _find_function(self, function: Function) -> psutil.Process:
        """Waits until there is one: after a kill, the next message starts another."""
        while True:
            record = self._system.settings.folder / "processes.json"
            pids = [pid for pid, _ in json.loads(record.read_text())]
            if processes := _find_processes(pids, function.handler):
                return self._random.choice(processes)
            time.sleep(0.1)

    def _endpoint(self) -> psutil.Process:
        port = str(self._system.settings.endpoint_port)
        return _wait_for_process("local.sagemaker.endpoint", port)

    def _redis_server(self) -> psutil.Process:
        """Finds Redis by its process title, which holds its address but not its options."""
        address = f"127.0.0.1:{self._system.settings.redis_port}"
        return _wait_for_process(find_redis_server().name, address)


def _wait_for_process(*words: str) -> psutil.Process:
    """Waits for the one process with these words: after a kill, the run starts it again."""
    while True:
        processes = _find_processes(psutil.pids(), *words)
        if len(processes) == 1:
            return processes[0]
        time.sleep(0.1)


def _pause(process: psutil.Process, seconds: float) -> None:
    process.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    process.send_signal(signal.SIGCONT)


def _find_processes(pids: Sequence[int], *words: str) -> list[psutil.Process]:
    """Returns the processes of `pids` whose command line contains all of `words`."""
    processes = []
    for pid in pids:
        try:
            process = psutil.Process(pid)
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if all(word in line for word in words):
            processes.append(process)
    return processes
