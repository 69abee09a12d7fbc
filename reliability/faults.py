"""Sends files while things go wrong, and checks every promise: `python -m reliability.faults 50`.

Redis is killed, emptied, paused and refilled, screening is killed, the endpoint hangs, a share of
the requests to S3, SQS and the endpoint goes wrong, events come twice, files are sent twice. The
last line counts what was not kept.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from contracts import keys
from local.aws.requeue import build_arrival_event
from local.aws.resources import DEAD_LETTER_QUEUE, FACTS_BUCKET, IMAGES_BUCKET
from local.offline_screening import Screening
from local.settings import Model
from reliability.api_client import Doctor
from reliability.checker import Checker, Fault, Sent, summary
from reliability.outages import Mishaps
from reliability.proxy import FaultyProxy
from reliability.running_system import RunningSystem, find_free_ports, start_system
from reliability.test_images import Film, Films

_DOCTORS = 6
_SHARE = 0.05
# Fewer than three calls in a row that fail, so that it is asked again and not left alone.
_ENDPOINT_SHARE = 0.4
_TWICE = 0.2
# A message comes again after a minute, at most three times, and then by a redrive.
_PATIENCE_SECONDS = 420.0


def main() -> int:
    """0 where every promise was kept."""
    chosen = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="xray-faults-") as folder:
        faults = run(chosen.uploads, Path(folder), seed=chosen.seed)
    for sent, fault in faults:
        print(f"{fault}: {sent.radiograph_id} ({sent.expected})")
    print(summary(faults, of=chosen.uploads))
    return 1 if faults else 0


def run(uploads: int, folder: Path, *, seed: int) -> list[tuple[Sent, Fault]]:
    """What was not kept of `uploads`, with all that the system leaves in `folder`."""
    port, proxy_port = find_free_ports(), find_free_ports()
    (folder / "system").mkdir()
    (folder / "films").mkdir()
    proxy = FaultyProxy(proxy_port, aws=port + 1, endpoint=port + 3, seed=seed)
    environment = {"PROXY_PORT": str(proxy_port), "MODEL": Model.ENDPOINT}
    system = start_system(folder / "system", environment, port=port)
    mishaps = Mishaps(system, seed=seed)
    try:
        films = Films(Screening(Model.CPU), folder / "films", seed=seed)
        ward = _Ward(system, seed=seed)
        proxy.share, proxy.endpoint_share = _SHARE, _ENDPOINT_SHARE
        with mishaps.go_on(), ThreadPoolExecutor(_DOCTORS) as doctors:
            sent = list(doctors.map(ward.send, films.draw(uploads)))
        proxy.share = proxy.endpoint_share = 0
        ward.wait(sent)
        wrong = proxy.injected
        print(f"{wrong.total()} requests went wrong, {ward.twice} things were done twice")
        for happened in (wrong, Counter(mishaps.happened)):
            print(", ".join(f"{name} {count}" for name, count in sorted(happened.items())))
        checker = Checker(system.s3, facts_bucket=FACTS_BUCKET, images_bucket=IMAGES_BUCKET)
        return checker.faults(sent)
    finally:
        mishaps.close()
        system.stop()
        proxy.shutdown()
        proxy.server_close()


class _Ward:
    """Doctors who send files, some of them twice."""

    def __init__(self, system: RunningSystem, *, seed: int) -> None:
        self._stack = system
        self._doctor = Doctor(system)
        self._random = random.Random(seed)
        self.twice = 0

    def send(self, film: Film) -> Sent:
        """The upload of one film, as soon as everybody has acknowledged it."""
        created = self._doctor.announce(film.name, film.content, key=film.name)
        if self._now_and_then():
            again = self._doctor.announce(film.name, film.content, key=film.name)
            assert again.radiograph.id == created.radiograph.id
        self._doctor.send(created, film.content)
        if self._now_and_then():
            # Of the same length, else S3 would refuse them.
            self._doctor.send(created, film.content[::-1])
        if self._now_and_then():
            self._announce_again(created.radiograph.id)
        return Sent.of(created.radiograph.id, film.content, film.expected)

    def wait(self, sent: Sequence[Sent]) -> None:
        """Until each is answered, or for seven minutes; what was given up is brought back."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        left = [each.radiograph_id for each in sent]
        while left and time.monotonic() < deadline:
            self._redrive()
            time.sleep(1)
            left = [name for name in left if not self._doctor.is_answered(name)]

    def _now_and_then(self) -> bool:
        twice = self._random.random() < _TWICE
        self.twice += twice
        return twice

    def _announce_again(self, radiograph: str) -> None:
        listed = self._stack.s3.list_objects_v2(
            Bucket=IMAGES_BUCKET, Prefix=keys.incoming(radiograph)
        )
        for entry in listed.get("Contents", []):
            body = json.dumps(build_arrival_event(entry))
            self._stack.sqs.send_message(QueueUrl=self._stack.queue_url, MessageBody=body)

    def _redrive(self) -> None:
        """As the runbook says: what is in the dead-letter queue goes back."""
        sqs = self._stack.sqs
        dead = sqs.get_queue_url(QueueName=DEAD_LETTER_QUEUE)["QueueUrl"]
        for message in sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10).get(
            "Messages", []
        ):
            sqs.send_message(QueueUrl=self._stack.queue_url, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reliability.faults", description=__doc__)
    parser.add_argument("uploads", nargs="?", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
