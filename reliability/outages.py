"""What befalls the running system from outside, each as one thing that is done to it."""

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psutil
import redis

from bundles.functions import SCREENING_FUNCTION
from local.aws import persistent_secrets
from local.processes import redis_server, services
from local.processes.group import Command
from local.processes.ports import is_open
from local.processes.redis_server import find_redis_server
from local.settings import ROOT
from reliability.running_system import RunningSystem
from reliability.shuffle import Deck

_PAUSE_SECONDS = 2.0
_ENDPOINT_PAUSE_SECONDS = 5.0
_BETWEEN_SECONDS = (0.5, 3.0)
# As the function does it, with the names and addresses that a function is given.
_REBUILD = "from lambdas import rebuild, settings; rebuild.refill(settings.from_environment())"


class Mishaps:
    """Drawn with `seed`. What was killed and does not come back by itself is started by this."""

    def __init__(self, system: RunningSystem, *, seed: int) -> None:
        self._stack = system
        self._random = random.Random(seed)
        self._started: list[subprocess.Popen[bytes]] = []
        self.happened: list[str] = []

    @contextmanager
    def go_on(self) -> Iterator[None]:
        """One after the other until the end of the block, and each at least once."""
        over = threading.Event()
        with ThreadPoolExecutor(1) as worker:
            going_on = worker.submit(self._go_on, over)
            try:
                yield
            finally:
                over.set()
        # What could not be done was no mishap.
        going_on.result()

    def close(self) -> None:
        for process in self._started:
            process.kill()
            process.wait()

    def _go_on(self, over: threading.Event) -> None:
        everything: Sequence[Callable[[], None]] = (
            self.restart_redis,
            self.empty_redis,
            self.pause_redis,
            self.pause_endpoint,
            self.restart_endpoint,
            self.kill_screening,
            self.rebuild,
        )
        deck = Deck(everything, self._random)
        while not over.wait(self._random.uniform(*_BETWEEN_SECONDS)) or {
            each.__name__ for each in everything
        } - set(self.happened):
            mishap = deck.draw()
            mishap()
            self.happened.append(mishap.__name__)

    def kill_redis(self) -> None:
        server = self._redis_server()
        server.kill()
        server.wait()

    def restart_redis(self) -> None:
        """Killed, and back after a while with nothing in it."""
        self.kill_redis()
        time.sleep(_PAUSE_SECONDS)
        command = redis_server.build_command(self._stack.settings)
        self._start(command)
        while not is_open(self._stack.settings.redis_port):
            time.sleep(0.05)

    def empty_redis(self) -> None:
        token = persistent_secrets.read_or_create_secret(
            self._stack.settings, persistent_secrets.REDIS
        )
        redis.Redis.from_url(self._stack.settings.redis_url, password=token).flushall()

    def pause_redis(self) -> None:
        """It takes connections and says nothing."""
        _pause(self._redis_server(), _PAUSE_SECONDS)

    def pause_endpoint(self) -> None:
        """It takes connections and says nothing, for longer than anybody waits."""
        _pause(self._endpoint(), _ENDPOINT_PAUSE_SECONDS)

    def kill_endpoint(self) -> None:
        self._endpoint().kill()

    def restart_endpoint(self) -> None:
        """Killed, and back as soon as its network is loaded, some ten seconds later."""
        self.kill_endpoint()
        command = services.build_endpoint_command(self._stack.settings)
        self._start(command)

    def rebuild(self) -> None:
        """Redis is refilled from the facts, while uploads and answers go on."""
        environment = self._screening().environ()
        command = [sys.executable, "-c", _REBUILD]
        subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)

    def _start(self, command: Command) -> None:
        self._started.append(
            subprocess.Popen(
                command.arguments,
                cwd=command.folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    def kill_screening(self) -> None:
        """One of its processes, whatever it is doing."""
        self._screening().kill()

    def _screening(self) -> psutil.Process:
        """Once there is one: another starts with the next message."""
        while True:
            if running := _running(SCREENING_FUNCTION.handler, within=self._stack):
                return self._random.choice(running)
            time.sleep(0.1)

    def _endpoint(self) -> psutil.Process:
        [server] = _running("local.sagemaker.endpoint", str(self._stack.settings.endpoint_port))
        return server

    def _redis_server(self) -> psutil.Process:
        """By its title, in which it names its address and no longer its configuration."""
        [server] = _running(
            find_redis_server().name, f"127.0.0.1:{self._stack.settings.redis_port}"
        )
        return server


def _pause(process: psutil.Process, seconds: float) -> None:
    process.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    process.send_signal(signal.SIGCONT)


def _running(*words: str, within: RunningSystem | None = None) -> list[psutil.Process]:
    """Processes whose command line has all of these words; of those that the stack started."""
    pids = psutil.pids()
    if within is not None:
        record = within.settings.folder / "processes.json"
        pids = [pid for pid, _ in json.loads(record.read_text())]
    found = []
    for pid in pids:
        try:
            process = psutil.Process(pid)
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if all(word in line for word in words):
            found.append(process)
    return found
