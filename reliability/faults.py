"""Uploads files while faults are injected, and checks every promise.

`python -m reliability.faults 50`: Redis is killed, emptied, paused and refilled, screening is
killed, the endpoint is paused or killed, a share of the requests to S3, SQS and the endpoint fails,
and some events and uploads are sent twice. The last line counts the broken promises.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local.aws.resources import FACTS_BUCKET, IMAGES_BUCKET
from local.offline_screening import Screening
from local.settings import Model
from reliability.checker import Checker, Upload, Violation, format_summary
from reliability.faulty_system import start_faulty_system
from reliability.outages import Outages
from reliability.repeating_client import RepeatingClient
from reliability.running_system import SystemStartError
from reliability.sample_images import build_sample_images

_THREADS = 6
_AWS_FAULT_SHARE = 0.05
# Three failures in a row would stop the calls for half a minute; at this share they are rare.
_ENDPOINT_FAULT_SHARE = 0.4


def main() -> int:
    """Returns 0 if every promise was kept, 1 if not, 2 if the system did not start or answer."""
    arguments = _parser().parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="xray-faults-") as folder:
            violations = run(arguments.uploads, Path(folder), seed=arguments.seed)
    except (SystemStartError, TimeoutError) as error:
        print(error, file=sys.stderr)
        return 2
    for upload, violation in violations:
        print(f"{violation}: {upload.radiograph_id} ({upload.expected})")
    print(format_summary(violations, uploads=arguments.uploads))
    return 1 if violations else 0


def run(count: int, folder: Path, *, seed: int) -> Sequence[tuple[Upload, Violation]]:
    """Uploads `count` files and returns those with a broken promise.

    `folder` holds the system's data. Raises SystemStartError, and TimeoutError where an upload
    fails for two minutes.
    """
    (folder / "system").mkdir()
    (folder / "images").mkdir()
    with start_faulty_system(folder / "system", seed=seed) as (system, proxy):
        client = RepeatingClient(system, seed=seed)
        outages = Outages(system, seed=seed)
        images = build_sample_images(count, Screening(Model.CPU), folder / "images", seed=seed)
        proxy.aws_share, proxy.endpoint_share = _AWS_FAULT_SHARE, _ENDPOINT_FAULT_SHARE
        with outages.run(), ThreadPoolExecutor(_THREADS) as threads:
            uploads = list(threads.map(client.upload, images))
        proxy.aws_share = proxy.endpoint_share = 0
        client.wait_for_answers(uploads)
        print(
            f"{proxy.counts.total()} requests went wrong, "
            f"{client.repeats} events and uploads were sent twice"
        )
        for counts in (proxy.counts, outages.counts):
            print(", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
        checker = Checker(system.s3, facts_bucket=FACTS_BUCKET, images_bucket=IMAGES_BUCKET)
        return checker.find_violations(uploads)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reliability.faults", description=__doc__)
    parser.add_argument("uploads", nargs="?", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
