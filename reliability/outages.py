"""Outages of the running system's own parts: each kills, pauses, empties or fills one of them."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial

import psutil
import redis

from local.aws import persistent_secrets
from local.processes.ports import is_open
from local.settings import ROOT
from reliability.parts import FUNCTIONS, SERVICES, Parts
from reliability.running_system import RunningSystem
from reliability.shuffle import Shuffle
from reliability.small_disk import SmallDisk

_PAUSE_SECONDS = 2.0
# Longer than the functions wait for the endpoint.
_ENDPOINT_PAUSE_SECONDS = 5.0
_FULL_SECONDS = 2.0
_REFILL_SECONDS = 60.0
# Short until each kind has occurred, so that a short run has all of them.
_FIRST_INTERVAL_SECONDS = (0.1, 0.6)
_INTERVAL_SECONDS = (0.5, 3.0)
# Runs the code of the function in the environment of a function.
_REFILL_CACHE = (
    "from lambdas import refill_cache, settings; "
    "refill_cache.refill_cache(settings.read_settings())"
)

Outage = Callable[[], None]


class Outages:
    """Draws outages with `seed`. The run starts again what was killed. The disk is filled where
    there is a small one.
    """

    def __init__(self, system: RunningSystem, *, seed: int, disk: SmallDisk | None = None) -> None:
        self._system = system
        self._disk = disk
        self._random = random.Random(seed)
        self._parts = Parts(system, self._random)
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
        outages = self._table()
        shuffle = Shuffle(list(outages), self._random)
        while (is_first := outages.keys() > self.counts.keys()) or not stop.is_set():
            name = shuffle.draw()
            outages[name]()
            self.counts[name] += 1
            interval = _FIRST_INTERVAL_SECONDS if is_first else _INTERVAL_SECONDS
            time.sleep(self._random.uniform(*interval))

    def _table(self) -> Mapping[str, Outage]:
        """Returns all kinds of outages, by their names in the summary."""
        parts = (*SERVICES, *FUNCTIONS)
        return {
            **{f"kill_{part}": partial(self.kill, part) for part in parts},
            **{f"pause_{part}": partial(self.pause, part) for part in parts},
            "empty_redis": self.empty_redis,
            "refill_cache": self.refill_cache,
            **({"fill_disk": partial(self.fill_disk, self._disk)} if self._disk else {}),
        }

    def kill(self, part: str) -> None:
        """Kills one process of a part, whatever it does. Redis starts again empty."""
        with suppress(psutil.NoSuchProcess):  # It has ended by itself.
            process = self._parts.find(part)
            process.kill()
            process.wait()

    def pause(self, part: str) -> None:
        """Lets a part accept connections without an answer, for some seconds."""
        with suppress(psutil.NoSuchProcess):  # It had a timeout, and was killed.
            process = self._parts.find(part)
            process.send_signal(signal.SIGSTOP)
            time.sleep(_ENDPOINT_PAUSE_SECONDS if part == "endpoint" else _PAUSE_SECONDS)
            process.send_signal(signal.SIGCONT)

    def empty_redis(self) -> None:
        settings = self._system.settings
        while not is_open(settings.redis_port):
            time.sleep(0.05)
        token = persistent_secrets.read_or_create_secret(settings, persistent_secrets.REDIS)
        redis.Redis.from_url(settings.redis_url, password=token).flushall()

    def refill_cache(self) -> None:
        """Refills Redis from the facts while uploads and answers continue; again where storage is
        away. Raises TimeoutError where it does not succeed within a minute.
        """
        command = [sys.executable, "-c", _REFILL_CACHE]
        deadline = time.monotonic() + _REFILL_SECONDS
        while time.monotonic() < deadline:
            # The memory of the screening function is closed to other processes.
            environment = self._parts.find("api").environ()
            process = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True)
            if process.returncode == 0:
                return
        raise TimeoutError(process.stderr.decode())

    def fill_disk(self, disk: SmallDisk) -> None:
        """Leaves no byte free for some seconds."""
        disk.fill(self._parts.run)
        try:
            time.sleep(_FULL_SECONDS)
        finally:
            disk.free(self._parts.run)
