"""Every part of one run, started in order and stopped together."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from cdk.bundles import (
    API_FUNCTION,
    FUNCTIONS,
    REBUILD_FUNCTION,
    SCREENING_FUNCTION,
    UI_FUNCTION,
    Function,
    Resources,
)
from local import functions, login, redis_server, resources
from local.authoriser import Authoriser, fetch_keys
from local.clients import client
from local.gateway import Backend, Gateway
from local.login import Login
from local.poller import Poller
from local.pool import Pool
from local.prepare import prepare
from local.processes import Command, Processes, end_leftovers, listener
from local.progress import Progress
from local.runtime import InitError
from local.settings import ROOT, Model, Settings
from local.unfinished import queue_again

ENDPOINT_NAME = "chest-xray"
# One site keeps the probability as it is calibrated, the other shows it at its own prevalence.
SITES = {"siteNorth": {}, "siteSouth": {"prevalence": 0.1}}

_PART_SECONDS = 60.0


class StartError(Exception):
    """A part did not come up; the text says which, and what to do."""


class Stack:
    """`start` raises StartError, PrepareError or RedisMissingError, and may be followed by `stop`
    whatever happened.
    """

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self.settings = settings
        self._progress = progress
        settings.data.mkdir(parents=True, exist_ok=True)
        settings.logs.mkdir(parents=True, exist_ok=True)
        record = settings.folder / "processes.json"
        end_leftovers(record)
        self._processes = Processes(record=record, logs=settings.logs)
        self._pools: dict[str, Pool] = {}
        self._gateway: Gateway | None = None
        self._poller: Poller | None = None
        self._stopping = False

    def start(self) -> None:
        bundles = prepare(self._progress)
        check_ports(self.settings)
        self._empty_logs()
        with self._progress.part("Storage and queue (moto), Redis, login (cognito-local)"):
            self._start_services()
        with self._progress.part("Buckets, queue and accounts"):
            known, who, queue = self._make_resources()
        with self._progress.part("Functions"):
            self._start_functions(known, bundles)
        with self._progress.part("Gateway and queue poller"):
            self._start_gateway(who)
            self._start_poller(queue)
            self._catch_up(queue)
        self._write_down(who, queue)

    def stop(self) -> None:
        """Ends every process that was started; a second call does nothing."""
        if self._stopping:
            return
        self._stopping = True
        if self._poller:
            self._poller.stop()
        if self._gateway:
            self._gateway.shutdown()
            self._gateway.server_close()
        for pool in self._pools.values():
            pool.close()
        self._processes.end_all()

    def _start_services(self) -> None:
        settings = self.settings
        start = self._processes.start
        aws = start("aws", _aws(settings))
        redis = start("redis", redis_server.server(settings))
        cognito = start("login", login.server(settings))
        if settings.model is Model.ENDPOINT:
            endpoint = start("endpoint", _endpoint(settings))
            self._wait_for("endpoint", endpoint, lambda: _answers(f"{settings.endpoint_url}/ping"))
        self._wait_for("aws", aws, lambda: _answers(f"{settings.aws_url}/moto-api/data.json"))
        self._wait_for("redis", redis, lambda: _is_open(settings.redis_port))
        self._wait_for("login", cognito, lambda: _answers(f"{settings.login_url}/health"))

    def _make_resources(self) -> tuple[Resources, Login, str]:
        settings = self.settings
        with ThreadPoolExecutor() as executor:
            accounts = executor.submit(login.make_accounts, settings)
            resources.make_storage(settings)
            secret = resources.make_secret(settings)
            queue = resources.make_queue(
                settings, visible_again_seconds=SCREENING_FUNCTION.timeout_seconds
            )
            resources.publish_model(settings)
            who = accounts.result()
        return _resources(settings, who, secret), who, queue

    def _start_functions(self, known: Resources, bundles: dict[str, Path]) -> None:
        for function in FUNCTIONS:
            folder = bundles[function.bundle.name]
            variables = functions.environment(function, known, self.settings, folder=folder)
            made = functions.pool(function, folder, variables, self._processes)
            self._pools[function.name] = made
        with ThreadPoolExecutor() as executor:
            list(executor.map(self._warm, FUNCTIONS))

    def _warm(self, function: Function) -> None:
        try:
            self._pools[function.name].warm()
        except InitError as error:
            raise self._failed(function.name, str(error)) from error

    def _start_gateway(self, who: Login) -> None:
        authoriser = Authoriser(
            issuer=who.issuer, client_id=who.client_id, keys=fetch_keys(who.keys_url)
        )
        backend = Backend(
            api=self._pools[API_FUNCTION.name].invoke,
            page=self._pools[UI_FUNCTION.name].invoke,
            authoriser=authoriser,
            samples=self.settings.samples,
        )
        self._gateway = Gateway(self.settings.port, backend)
        threading.Thread(target=self._gateway.serve_forever, args=(0.1,), daemon=True).start()

    def _start_poller(self, queue: str) -> None:
        def connect() -> object:
            return client("sqs", self.settings.aws_url)

        invoke = self._pools[SCREENING_FUNCTION.name].invoke
        arn = resources.queue_arn(connect(), queue)
        self._poller = Poller(connect=connect, queue=queue, arn=arn, invoke=invoke)
        self._poller.start()

    def _catch_up(self, queue: str) -> None:
        """Fills Redis, which starts empty, and brings back what the last run left unanswered."""

        def work() -> None:
            self._pools[REBUILD_FUNCTION.name].invoke(json.dumps({}).encode())
            queue_again(self.settings, queue)

        threading.Thread(target=work, daemon=True).start()

    def _write_down(self, who: Login, queue: str) -> None:
        """For whoever talks to the running system from outside, tests above all."""
        known = {
            "url": self.settings.public_url,
            "aws_url": self.settings.aws_url,
            "login_url": self.settings.login_url,
            "issuer": who.issuer,
            "client_id": who.client_id,
            "queue_url": queue,
            "logs": str(self.settings.logs),
        }
        (self.settings.folder / "stack.json").write_text(json.dumps(known, indent=2))

    def _wait_for(
        self, name: str, process: "subprocess.Popen[bytes]", ready: Callable[[], bool]
    ) -> None:
        deadline = time.monotonic() + _PART_SECONDS
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise self._failed(name, "it did not answer")
            time.sleep(0.05)

    def _failed(self, name: str, why: str) -> StartError:
        log = self._processes.log(name)
        last = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
        return StartError(f"{name} did not start: {why}\n{last}\nIts log is {log}")

    def _empty_logs(self) -> None:
        for log in self.settings.logs.glob("*.log"):
            log.write_bytes(b"")


def check_ports(settings: Settings) -> None:
    """Raises StartError where one of our ports is taken."""
    for port, what in settings.ports.items():
        if not _is_free(port):
            last = max(settings.ports)
            whom = listener(port)
            raise StartError(
                f"Port {port} ({what}) is taken{f' by {whom}' if whom else ''}. "
                f"Choose others, as in: make run PORT={settings.port + 100} "
                f"(it uses {settings.port + 100} to {last + 100})."
            )


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return not _is_open(port)


def _is_open(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=1).ok
    except requests.RequestException:
        return False


def _aws(settings: Settings) -> Command:
    chosen = {
        "--port": str(settings.aws_port),
        "--folder": str(settings.data / "objects"),
        "--origin": settings.public_url,
    }
    options = [text for pair in chosen.items() for text in pair]
    return Command(arguments=[sys.executable, "-m", "local.aws", *options], folder=ROOT)


def _endpoint(settings: Settings) -> Command:
    options = ["--port", str(settings.endpoint_port), "--models", str(ROOT / "models")]
    return Command(arguments=[sys.executable, "-m", "local.endpoint", *options], folder=ROOT)


def _resources(settings: Settings, who: Login, secret_arn: str) -> Resources:
    return Resources(
        stage="local",
        pictures_bucket=resources.PICTURES,
        facts_bucket=resources.FACTS,
        models_bucket=resources.MODELS,
        redis_url=settings.redis_url,
        endpoint_name=ENDPOINT_NAME if settings.model is Model.ENDPOINT else "",
        sites=json.dumps(SITES),
        public_url=settings.public_url,
        pictures_origin=settings.aws_url,
        issuer=who.issuer,
        login_url=settings.login_url,
        client_id=who.client_id,
        session_secret_arn=secret_arn,
    )
