"""Keeps a run going: starts services again that have died, and restores what they have lost."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from local.aws.all_resources import create_aws_resources
from local.aws.cognito import UserPool, create_user_pool
from local.aws.requeue import requeue_unanswered
from local.errors import ServiceStartError
from local.lambda_runtime.pool import BusyError
from local.processes.disk_space import DiskSpaceMonitor
from local.processes.group import Processes
from local.processes.services import AWS, LOGIN, Services
from local.progress import Progress
from local.settings import Settings


@dataclass(kw_only=True)
class Recovery:
    """`check` raises ServiceStartError if a service stops again and again."""

    settings: Settings
    progress: Progress
    processes: Processes
    services: Services
    disk_space: DiskSpaceMonitor
    user_pool: UserPool
    queue_url: str
    refill_cache: Callable[[bytes], object]
    _is_full: bool = field(default=False, init=False)
    _unrestored: set[str] = field(default_factory=set, init=False)

    def check(self) -> None:
        """Starts services again that have stopped, and prints a line about each and about a disk
        that is nearly full.
        """
        self.processes.refresh_record()
        self._check_disk_space()
        for name in self.services.restart_stopped():
            log = self.processes.log(name)
            self.progress.print_warning(
                f"The service {name} had stopped and was started again; see {log}."
            )
            self._unrestored.add(name)
        if self._unrestored:
            self._restore()

    def refill_and_requeue(self) -> None:
        """Refills the cache and requeues uploads without an answer, in the background."""
        threading.Thread(target=self._refill_and_requeue, daemon=True).start()

    def _check_disk_space(self) -> None:
        was_full = self._is_full
        if warning := self.disk_space.check():
            self.progress.print_warning(warning)
        self._is_full = self.disk_space.is_full()
        if was_full and not self._is_full:
            self.refill_and_requeue()

    def _restore(self) -> None:
        """Creates again what services have lost. If one is away once more, the next check does."""
        try:
            if AWS in self._unrestored:
                create_aws_resources(self.settings)
            if LOGIN in self._unrestored:
                self._check_user_pool(create_user_pool(self.settings))
        except (BotoCoreError, ClientError, OSError):
            return
        self._unrestored.clear()
        self.refill_and_requeue()

    def _check_user_pool(self, user_pool: UserPool) -> None:
        if user_pool != self.user_pool:
            raise ServiceStartError(
                "The login had stopped and lost its accounts. They are created again; start again."
            )

    def _refill_and_requeue(self) -> None:
        with suppress(BusyError):
            self.refill_cache(b"{}")
        # If storage stops now, this is repeated when it is up again.
        with suppress(BotoCoreError, ClientError):
            requeue_unanswered(self.settings, self.queue_url)
