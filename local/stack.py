"""Starts every part of one run in order, and stops them together."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from bundles.function_definitions import (
    API_FUNCTION,
    DELETE_RADIOGRAPH_FUNCTION,
    FUNCTIONS,
    REFILL_CACHE_FUNCTION,
    RELEASE_MODEL_FUNCTION,
    SCREENING_FUNCTION,
    UI_FUNCTION,
    Function,
    Resources,
)
from contracts.queue import LOCAL_VISIBILITY_FACTOR
from local.api_gateway.authoriser import Authoriser, fetch_keys
from local.api_gateway.routing import Targets
from local.api_gateway.server import Gateway
from local.aws import cognito, resources
from local.aws.clients import build_client
from local.aws.cognito import UserPool
from local.aws.persistent_secrets import SECRETS, publish_secret
from local.aws.requeue import requeue_unanswered
from local.aws.training_environment import create_training_environment
from local.cli.prepare import prepare
from local.errors import ServiceStartError
from local.lambda_runtime import functions
from local.lambda_runtime.event_source import Poller
from local.lambda_runtime.pool import BusyError, Pool
from local.lambda_runtime.runtime_api import InitError
from local.processes import ports
from local.processes.disk_space import DiskSpaceMonitor
from local.processes.group import Processes, kill_orphans
from local.processes.services import AWS, LOGIN, Services, build_start_error
from local.progress import Progress
from local.settings import Settings

# RELEASE_MODEL_FUNCTION belongs to a deployment; here `resources.publish_model` does its work.
# `make forget` starts DELETE_RADIOGRAPH_FUNCTION.
_LOCAL_FUNCTIONS = tuple(
    function
    for function in FUNCTIONS
    if function not in (DELETE_RADIOGRAPH_FUNCTION, RELEASE_MODEL_FUNCTION)
)
# An event without messages makes the screening function load the model before the first upload.
_NO_MESSAGES = b'{"Records": []}'


class Stack:
    """`start` raises LocalError; call `stop` even after a failed start."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self.settings = settings
        self._progress = progress
        settings.data.mkdir(parents=True, exist_ok=True)
        settings.logs.mkdir(parents=True, exist_ok=True)
        self._record = settings.folder / "processes.json"
        self._processes = Processes(record=self._record, logs=settings.logs)
        self._services = Services(settings, self._processes)
        self._disk_space = DiskSpaceMonitor(settings.data)
        self._is_full = False
        self._unrestored: set[str] = set()
        self._model = ""
        self._queue_url = ""
        self._user_pool = UserPool(issuer="", client_id="", pool_id="")
        self._pools: dict[str, Pool] = {}
        self._gateway: Gateway | None = None
        self._poller: Poller | None = None

    def start(self) -> None:
        kill_orphans(self._record)
        ports.check_ports_are_free(self.settings)
        bundles = prepare(self._progress)
        step = self._progress.step
        self._processes.empty_logs()
        with step("Storage and queue (moto), Redis, login (cognito-local)"):
            self._services.start()
        with step("Buckets, queue, model and accounts"):
            environment = self._create_resources()
        with step("Functions"):
            self._start_functions(environment, bundles)
        with step(f"Model {self._model}, {self.settings.model}"):
            self._services.wait_for_endpoint()
            self._pools[SCREENING_FUNCTION.name].invoke(_NO_MESSAGES)
        with step("Gateway and queue poller"):
            self._start_gateway()
            self._start_poller()
        self._recover()
        self._write_addresses(environment)

    def check(self) -> None:
        """Starts services again that have stopped, and prints a line about each and about a disk
        that is nearly full. Raises ServiceStartError if a service stops again and again.
        """
        self._processes.refresh_record()
        was_full = self._is_full
        if warning := self._disk_space.check():
            self._progress.print(f"[yellow]![/] {warning}")
        self._is_full = self._disk_space.is_full()
        if was_full and not self._is_full:
            self._recover()
        for name in self._services.restart_stopped():
            log = self._processes.log(name)
            self._progress.print(
                f"[yellow]![/] The service {name} had stopped and was started again; see {log}."
            )
            self._unrestored.add(name)
        self._restore()

    def stop(self) -> None:
        """Stops every process of the run."""
        if self._poller:
            self._poller.stop()
        if self._gateway:
            self._gateway.stop()
        for pool in self._pools.values():
            pool.close()
        self._processes.stop_all()

    def _restore(self) -> None:
        """Creates again what services that were started again have lost. Tries again at the next
        check if one of them is away once more.
        """
        if not self._unrestored:
            return
        try:
            if AWS in self._unrestored:
                self._create_aws_resources()
            if LOGIN in self._unrestored:
                self._check_user_pool(cognito.create_user_pool(self.settings))
        except (BotoCoreError, ClientError, OSError):
            return
        self._unrestored.clear()
        self._recover()

    def _check_user_pool(self, user_pool: UserPool) -> None:
        if user_pool != self._user_pool:
            raise ServiceStartError(
                "The login had stopped and lost its accounts. They are created again; start again."
            )

    def _create_resources(self) -> Resources:
        with ThreadPoolExecutor() as executor:
            creation = executor.submit(cognito.create_user_pool, self.settings)
            secret_arns = self._create_aws_resources()
            self._user_pool = creation.result()
        return resources.build_resources(self.settings, self._user_pool, secret_arns=secret_arns)

    def _create_aws_resources(self) -> dict[str, str]:
        """Creates what moto has only in memory. Returns the ARNs of the secrets, by their names."""
        settings = self.settings
        resources.create_buckets(settings)
        secret_arns = {name: publish_secret(settings, name) for name in SECRETS}
        visibility_seconds = LOCAL_VISIBILITY_FACTOR * SCREENING_FUNCTION.timeout_seconds
        self._queue_url = resources.create_queue(
            settings, visibility_timeout_seconds=visibility_seconds
        )
        self._model = resources.publish_model(settings)
        create_training_environment(settings)
        return secret_arns

    def _start_functions(self, environment: Resources, bundles: dict[str, Path]) -> None:
        for function in _LOCAL_FUNCTIONS:
            folder = bundles[function.bundle.name]
            variables = functions.build_environment(
                function, environment, self.settings, folder=folder
            )
            pool = functions.build_pool(function, folder, variables, self._processes)
            self._pools[function.name] = pool
        with ThreadPoolExecutor() as executor:
            list(executor.map(self._warm_up, _LOCAL_FUNCTIONS))

    def _warm_up(self, function: Function) -> None:
        try:
            self._pools[function.name].warm_up()
        except InitError as error:
            raise build_start_error(self._processes, function.name, str(error)) from error

    def _start_gateway(self) -> None:
        user_pool = self._user_pool
        keys = fetch_keys(user_pool.keys_url)
        authoriser = Authoriser(issuer=user_pool.issuer, client_id=user_pool.client_id, keys=keys)
        targets = Targets(
            api=self._pools[API_FUNCTION.name].invoke,
            page=self._pools[UI_FUNCTION.name].invoke,
            authoriser=authoriser,
            samples=self.settings.samples,
            prefix=self.settings.prefix,
        )
        self._gateway = Gateway(self.settings.port, targets)
        self._gateway.start()

    def _start_poller(self) -> None:
        def connect() -> Any:
            return build_client("sqs", self.settings.functions_aws_url)

        invoke = self._pools[SCREENING_FUNCTION.name].invoke
        self._poller = Poller(
            connect=connect,
            queue_url=self._queue_url,
            queue_arn=resources.fetch_queue_arn(connect(), self._queue_url),
            invoke=invoke,
            must_wait=self._disk_space.is_full,
        )
        self._poller.start()

    def _recover(self) -> None:
        """Refills the cache, which is empty at a start, and requeues uploads without an answer."""

        def refill_and_requeue() -> None:
            with suppress(BusyError):
                self._pools[REFILL_CACHE_FUNCTION.name].invoke(b"{}")
            # If storage stops now, this is repeated when it is up again.
            with suppress(BotoCoreError, ClientError):
                requeue_unanswered(self.settings, self._queue_url)

        threading.Thread(target=refill_and_requeue, daemon=True).start()

    def _write_addresses(self, environment: Resources) -> None:
        """Writes the addresses of the running system for its clients: `make forget`, and tests."""
        addresses = {
            "url": self.settings.public_url,
            "aws_url": self.settings.aws_url,
            "login_url": self.settings.login_url,
            "issuer": self._user_pool.issuer,
            "client_id": self._user_pool.client_id,
            "queue_url": self._queue_url,
            "logs": str(self.settings.logs),
        }
        for name, content in {"stack": addresses, "resources": asdict(environment)}.items():
            (self.settings.folder / f"{name}.json").write_text(json.dumps(content, indent=2))
