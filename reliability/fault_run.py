"""One run under faults: what doctors and other releases do meanwhile, and what is left of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from local.aws.resources import FACTS_BUCKET, IMAGES_BUCKET
from local.offline_screening import Screening
from local.settings import Model
from reliability.api_client import ApiClient
from reliability.checker import Checker, Upload
from reliability.faulty_system import start_faulty_system
from reliability.outages import Outages
from reliability.proxy import FaultyProxy
from reliability.race_checker import RaceChecker
from reliability.races import Racer
from reliability.release_records import KINDS, ReleaseWriter
from reliability.repeating_client import RepeatingClient
from reliability.review_checker import ReviewChecker
from reliability.reviews import Reviewer
from reliability.running_system import RunningSystem
from reliability.sample_images import SampleImage, build_sample_images
from reliability.small_disk import MEGABYTES, SmallDisk, disk_kind, small_disk
from reliability.stored_objects import StoredObjects
from reliability.violations import Broken, Violation
from reliability.visitor import Visitor
from reliability.worklist_checker import find_row_violations

_THREADS = 8
_AWS_FAULT_SHARE = 0.05
# Three failures in a row would stop the calls for half a minute; at this share they are rare.
_ENDPOINT_FAULT_SHARE = 0.4
# After so many uploads there is one race, and one radiograph of another release.
_UPLOADS_PER_RACE = 10


class FaultRun:
    """What happens in one run, and everything that the checkers need to know of it."""

    def __init__(self, system: RunningSystem, *, seed: int) -> None:
        self._system = system
        self._client = RepeatingClient(system, seed=seed)
        self._reviewer = Reviewer(system, seed=seed)
        self._racer = Racer(system)
        self._writer = ReleaseWriter(system, seed=seed)
        self._visitor = Visitor(system.url)
        self._uploads: list[Upload] = []

    def upload_all(self, images: Iterable[SampleImage], *, count: int) -> None:
        """Uploads and reviews the images, with races and other releases' radiographs between."""
        interval = max(1, min(_UPLOADS_PER_RACE, count // len(KINDS)))
        tasks: list[Future[None]] = []
        with (
            self._visitor.run(),
            ThreadPoolExecutor(_THREADS) as reviews,
            ThreadPoolExecutor(_THREADS) as threads,
        ):

            def upload(image: SampleImage) -> None:
                upload = self._client.upload(image)
                self._uploads.append(upload)
                tasks.append(reviews.submit(self._reviewer.review, upload))

            for number, image in enumerate(images):
                tasks.append(threads.submit(upload, image))
                if number % interval == 0:
                    tasks.append(threads.submit(self._racer.race, number // interval))
                    tasks.append(threads.submit(self._writer.write, number // interval))
        for task in tasks:
            task.result()

    def wait_for_answers(self) -> None:
        """Waits until each upload is answered, and reviews the rest."""
        self._client.wait_for_answers(self._uploads)
        self._reviewer.review_rest()

    def find_violations(self) -> Iterator[Broken]:
        stored = StoredObjects(
            self._system.s3, facts_bucket=FACTS_BUCKET, images_bucket=IMAGES_BUCKET
        )
        radiographs = [
            item.radiograph_id for items in (self._uploads, self._racer.races) for item in items
        ]
        yield from Checker(stored).find_violations(self._uploads)
        yield from ReviewChecker(stored).find_violations(
            self._reviewer.sent, radiographs=radiographs
        )
        yield from RaceChecker(stored).find_violations(self._racer.races)
        yield from find_row_violations(
            ApiClient(self._system).list_worklist(),
            radiographs=radiographs,
            records=self._writer.records,
        )
        if not self._visitor.is_served():
            yield "the page", Violation.STUCK

    def describe(self) -> Iterator[str]:
        """Yields lines that say how much was done and is checked."""
        yield f"{self._client.repeats} events and uploads were sent twice"
        yield (
            f"{len(self._reviewer.sent)} reviews, {self._reviewer.repeats} sent twice; "
            f"{len(self._racer.races)} races of equal keys"
        )
        kinds = Counter(record.kind for record in self._writer.records)
        yield f"radiographs of other releases: {_format_counts(kinds)}"
        visits = self._visitor.shown + self._visitor.failed
        yield f"the worklist was shown to {self._visitor.shown} of {visits} visits"


def run(count: int, folder: Path, *, seed: int) -> Sequence[Broken]:
    """Uploads `count` files and returns every broken promise.

    `folder` holds the system's data. Raises SystemStartError, and TimeoutError where a request
    fails for two minutes.
    """
    for name in ("system", "images"):
        (folder / name).mkdir()
    with ExitStack() as stack:
        disk = _mount_disk(folder / "system", stack, count=count)
        system, proxy = stack.enter_context(start_faulty_system(folder / "system", seed=seed))
        outages = Outages(system, seed=seed, disk=disk)
        fault_run = FaultRun(system, seed=seed)
        images = build_sample_images(count, Screening(Model.CPU), folder / "images", seed=seed)
        proxy.aws_share, proxy.endpoint_share = _AWS_FAULT_SHARE, _ENDPOINT_FAULT_SHARE
        with outages.run():
            fault_run.upload_all(images, count=count)
        proxy.aws_share = proxy.endpoint_share = 0
        fault_run.wait_for_answers()
        violations = list(fault_run.find_violations())
        _print_lines(fault_run, proxy, outages, disk=disk)
        return violations


def _mount_disk(folder: Path, stack: ExitStack, *, count: int) -> SmallDisk | None:
    """Returns None where this machine has no disk that can be filled. An upload takes 0.3 MB."""
    if disk_kind() == "none":
        return None
    return stack.enter_context(small_disk(folder, megabytes=MEGABYTES + count // 2))


def _print_lines(
    fault_run: FaultRun, proxy: FaultyProxy, outages: Outages, *, disk: SmallDisk | None
) -> None:
    print(f"{proxy.counts.total()} requests went wrong: {_format_counts(proxy.counts)}")
    print(f"outages: {_format_counts(outages.counts)}")
    for line in fault_run.describe():
        print(line)
    print(f"the disk: {disk.kind if disk else 'not filled, it cannot be on this system'}")


def _format_counts(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
