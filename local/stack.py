"""Every part of one run, started in order and stopped together."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bundles.functions import (
    API_FUNCTION,
    FUNCTIONS,
    REBUILD_FUNCTION,
    RELEASE_FUNCTION,
    SCREENING_FUNCTION,
    UI_FUNCTION,
    Function,
    Resources,
)
from local.api_gateway.authoriser import Authoriser, fetch_keys
from local.api_gateway.server import Backend, Gateway
from local.aws import cognito, resources
from local.aws.clients import build_client
from local.aws.cognito import UserPool
from local.aws.persistent_secrets import REDIS, SESSION, publish_secret
from local.aws.requeue import requeue_unanswered
from local.aws.training_environment import create_training_environment
from local.cli.prepare import prepare
from local.lambda_runtime import functions
from local.lambda_runtime.event_source import Poller
from local.lambda_runtime.pool import Pool
from local.lambda_runtime.runtime_api import InitError
from local.processes import ports
from local.processes.disk_space import Room
from local.processes.group import Processes, end_leftovers
from local.processes.services import Services, failed
from local.progress import Progress
from local.settings import Settings

# A release is a deployment's: here `resources.publish_model` does the same.
_STARTED = tuple(function for function in FUNCTIONS if function is not RELEASE_FUNCTION)
# The screening function only loads the model, so that the first doctor does not wait for that.
_NO_MESSAGES = b'{"Records": []}'


class Stack:
    """`start` raises LocalError, and may be followed by `stop` whatever happened."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self.settings = settings
        self._progress = progress
        settings.data.mkdir(parents=True, exist_ok=True)
        settings.logs.mkdir(parents=True, exist_ok=True)
        self._processes = Processes(record=settings.folder / "processes.json", logs=settings.logs)
        self._services = Services(settings, self._processes)
        self._room = Room(settings.data)
        self._model = ""
        self._pools: dict[str, Pool] = {}
        self._gateway: Gateway | None = None
        self._poller: Poller | None = None

    def start(self) -> None:
        end_leftovers(self.settings.folder / "processes.json")
        ports.check(self.settings)
        bundles = prepare(self._progress)
        part = self._progress.step
        self._processes.empty_logs()
        with part("Storage and queue (moto), Redis, login (cognito-local)"):
            self._services.start()
        with part("Buckets, queue, model and accounts"):
            known, who, queue = self._make_resources()
        with part("Functions"):
            self._start_functions(known, bundles)
        with part(f"Model {self._model}, {self.settings.model}"):
            self._services.wait_for_endpoint()
            self._pools[SCREENING_FUNCTION.name].invoke(_NO_MESSAGES)
        with part("Gateway and queue poller"):
            self._start_gateway(who)
            self._start_poller(queue)
        self._catch_up(queue)
        self._write_down(who, queue)

    def watch(self) -> None:
        """Says it when a part has ended by itself, and when the disk fills."""
        if news := self._room.news():
            self._progress.print(f"[yellow]![/] {news}")
        for name in self._services.ended():
            log = self._processes.log(name)
            self._progress.print_error(f"The part {name} has ended; {log} says why. Start again.")

    def stop(self) -> None:
        """Ends every process that was started."""
        if self._poller:
            self._poller.stop()
        if self._gateway:
            self._gateway.shutdown()
            self._gateway.server_close()
        for pool in self._pools.values():
            pool.close()
        self._processes.end_all()

    def _make_resources(self) -> tuple[Resources, UserPool, str]:
        settings = self.settings
        with ThreadPoolExecutor() as executor:
            accounts = executor.submit(cognito.create_user_pool, settings)
            resources.create_buckets(settings)
            session, redis = (publish_secret(settings, name) for name in (SESSION, REDIS))
            queue = resources.create_queue(
                settings, visibility_timeout_seconds=SCREENING_FUNCTION.timeout_seconds
            )
            self._model = resources.publish_model(settings)
            create_training_environment(settings)
            who = accounts.result()
        known = resources.build_resources(
            settings, who, session_secret_arn=session, redis_secret_arn=redis
        )
        return known, who, queue

    def _start_functions(self, known: Resources, bundles: dict[str, Path]) -> None:
        for function in _STARTED:
            folder = bundles[function.bundle.name]
            variables = functions.environment(function, known, self.settings, folder=folder)
            made = functions.pool(function, folder, variables, self._processes)
            self._pools[function.name] = made
        with ThreadPoolExecutor() as executor:
            list(executor.map(self._warm, _STARTED))

    def _warm(self, function: Function) -> None:
        try:
            self._pools[function.name].warm()
        except InitError as error:
            raise failed(self._processes, function.name, str(error)) from error

    def _start_gateway(self, who: UserPool) -> None:
        keys = fetch_keys(who.keys_url)
        backend = Backend(
            api=self._pools[API_FUNCTION.name].invoke,
            page=self._pools[UI_FUNCTION.name].invoke,
            authoriser=Authoriser(issuer=who.issuer, client_id=who.client_id, keys=keys),
            samples=self.settings.samples,
            prefix=self.settings.prefix,
        )
        self._gateway = Gateway(self.settings.port, backend)
        threading.Thread(target=self._gateway.serve_forever, args=(0.1,), daemon=True).start()

    def _start_poller(self, queue: str) -> None:
        def connect() -> object:
            return build_client("sqs", self.settings.functions_aws_url)

        invoke = self._pools[SCREENING_FUNCTION.name].invoke
        arn = resources.fetch_queue_arn(connect(), queue)
        self._poller = Poller(connect=connect, queue=queue, arn=arn, invoke=invoke)
        self._poller.start()

    def _catch_up(self, queue: str) -> None:
        """Fills Redis, which starts empty, and brings back what the last run left unanswered."""

        def work() -> None:
            self._pools[REBUILD_FUNCTION.name].invoke(b"{}")
            requeue_unanswered(self.settings, queue)

        threading.Thread(target=work, daemon=True).start()

    def _write_down(self, who: UserPool, queue: str) -> None:
        """For whoever talks to the running system from outside, tests above all."""
        written = {
            "url": self.settings.public_url,
            "aws_url": self.settings.aws_url,
            "login_url": self.settings.login_url,
            "issuer": who.issuer,
            "client_id": who.client_id,
            "queue_url": queue,
            "logs": str(self.settings.logs),
        }
        (self.settings.folder / "stack.json").write_text(json.dumps(written, indent=2))
