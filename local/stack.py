"""Starts every part of one run in order, and stops them together."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bundles.function_definitions import (
    ACCOUNTS_FUNCTION,
    API_FUNCTION,
    CANARY_FUNCTIONS,
    DELETE_RADIOGRAPH_FUNCTION,
    DRIFT_FUNCTION,
    FUNCTIONS,
    REFILL_CACHE_FUNCTION,
    RELEASE_MODEL_FUNCTION,
    SCREENING_FUNCTION,
    UI_FUNCTION,
    Function,
    Resources,
)
from local.api_gateway.authoriser import Authoriser, fetch_keys
from local.api_gateway.routing import Targets
from local.api_gateway.server import Gateway
from local.aws.all_resources import AwsResources, create_aws_resources
from local.aws.clients import build_client
from local.aws.cognito import UserPool, create_user_pool
from local.aws.resources import build_resources, fetch_queue_arn
from local.cli.prepare import prepare
from local.lambda_runtime import functions
from local.lambda_runtime.event_source import Poller
from local.lambda_runtime.invoke_api import InvokeApi
from local.lambda_runtime.pool import Pool
from local.lambda_runtime.runtime_api import InitError
from local.processes import ports
from local.processes.disk_space import DiskSpaceMonitor
from local.processes.group import Processes, kill_orphans
from local.processes.services import Services, build_start_error
from local.progress import Progress
from local.recovery import Recovery
from local.settings import Settings

# These belong to a deployment; here `publish_model` and `make canary` do their work.
_CLOUD_FUNCTIONS = (RELEASE_MODEL_FUNCTION, *CANARY_FUNCTIONS)
_LOCAL_FUNCTIONS = tuple(function for function in FUNCTIONS if function not in _CLOUD_FUNCTIONS)
# A process of the others starts at their first call, which is rare; nothing calls drift here.
_WARM_FUNCTIONS = tuple(
    function
    for function in _LOCAL_FUNCTIONS
    if function not in (ACCOUNTS_FUNCTION, DELETE_RADIOGRAPH_FUNCTION, DRIFT_FUNCTION)
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
        self._services = Services(settings, self._processes, warn=progress.print_warning)
        self._disk_space = DiskSpaceMonitor(settings.data)
        self._pools: dict[str, Pool] = {}
        self._invoke_api: InvokeApi | None = None
        self._gateway: Gateway | None = None
        self._poller: Poller | None = None

    def start(self) -> Recovery:
        """Returns what keeps the run going."""
        kill_orphans(self._record)
        ports.check_ports_are_free(self.settings)
        bundles = prepare(self._progress)
        step = self._progress.step
        self._processes.empty_logs()
        with step("Storage and queue (moto), Redis, login (cognito-local)"):
            self._services.start()
        with step("Buckets, queue, model and accounts"):
            aws, user_pool = self._create_resources()
        environment = build_resources(self.settings, user_pool, secret_arns=aws.secret_arns)
        with step("Functions"):
            self._start_functions(environment, bundles)
        with step(f"Model {aws.model}, {self.settings.model}"):
            self._services.wait_for_endpoint()
            self._pools[SCREENING_FUNCTION.name].invoke(_NO_MESSAGES)
        with step("Gateway and queue poller"):
            self._start_gateway(user_pool)
            self._start_poller(aws.queue_url)
        recovery = self._build_recovery(user_pool, aws.queue_url)
        # The cache is empty at a start.
        recovery.refill_and_requeue()
        self._write_addresses(environment, user_pool, queue_url=aws.queue_url)
        return recovery

    def stop(self) -> None:
        """Stops every process of the run."""
        if self._poller:
            self._poller.stop()
        if self._gateway:
            self._gateway.stop()
        if self._invoke_api:
            self._invoke_api.stop()
        for pool in self._pools.values():
            pool.close()
        self._processes.stop_all()

    def _create_resources(self) -> tuple[AwsResources, UserPool]:
        with ThreadPoolExecutor() as executor:
            user_pool = executor.submit(create_user_pool, self.settings)
            return create_aws_resources(self.settings), user_pool.result()

    def _start_functions(self, environment: Resources, bundles: dict[str, Path]) -> None:
        self._invoke_api = InvokeApi(self._pools)
        for function in _LOCAL_FUNCTIONS:
            folder = bundles[function.bundle.name]
            variables = functions.build_environment(
                function,
                environment,
                self.settings,
                folder=folder,
                invoke_url=self._invoke_api.url,
            )
            pool = functions.build_pool(function, folder, variables, self._processes)
            self._pools[function.name] = pool
        with ThreadPoolExecutor() as executor:
            list(executor.map(self._warm_up, _WARM_FUNCTIONS))

    def _warm_up(self, function: Function) -> None:
        try:
            self._pools[function.name].warm_up()
        except InitError as error:
            raise build_start_error(self._processes, function.name, str(error)) from error

    def _start_gateway(self, user_pool: UserPool) -> None:
        keys = fetch_keys(user_pool.keys_url)
        authoriser = Authoriser(issuer=user_pool.issuer, client_id=user_pool.client_id, keys=keys)
        targets = Targets(
            api=self._pools[API_FUNCTION.name].invoke,
            page=self._pools[UI_FUNCTION.name].invoke,
            authoriser=authoriser,
            samples=self.settings.samples,
            logs=self.settings.logs,
            prefix=self.settings.prefix,
        )
        self._gateway = Gateway(self.settings.port, targets)
        self._gateway.start()

    def _start_poller(self, queue_url: str) -> None:
        def connect() -> Any:
            return build_client("sqs", self.settings.functions_aws_url)

        invoke = self._pools[SCREENING_FUNCTION.name].invoke
        self._poller = Poller(
            connect=connect,
            queue_url=queue_url,
            queue_arn=fetch_queue_arn(connect(), queue_url),
            invoke=invoke,
            must_wait=self._disk_space.is_full,
        )
        self._poller.start()

    def _build_recovery(self, user_pool: UserPool, queue_url: str) -> Recovery:
        return Recovery(
            settings=self.settings,
            progress=self._progress,
            processes=self._processes,
            services=self._services,
            disk_space=self._disk_space,
            user_pool=user_pool,
            queue_url=queue_url,
            refill_cache=self._pools[REFILL_CACHE_FUNCTION.name].invoke,
        )

    def _write_addresses(
        self, environment: Resources, user_pool: UserPool, *, queue_url: str
    ) -> None:
        """Writes the addresses of the running system for its clients: `make forget`, and tests."""
        addresses = {
            "url": self.settings.public_url,
            "aws_url": self.settings.aws_url,
            "login_url": self.settings.login_url,
            "issuer": user_pool.issuer,
            "client_id": user_pool.client_id,
            "queue_url": queue_url,
            "logs": str(self.settings.logs),
        }
        for name, content in {"stack": addresses, "resources": asdict(environment)}.items():
            (self.settings.folder / f"{name}.json").write_text(json.dumps(content, indent=2))
