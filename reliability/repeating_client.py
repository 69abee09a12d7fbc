"""A client that announces or uploads some files twice, repeats events, and waits for answers."""

import json
import random
import time
from collections.abc import Sequence
from functools import partial

from contracts import keys
from local.aws.requeue import build_arrival_event
from local.aws.resources import DEAD_LETTER_QUEUE, IMAGES_BUCKET
from reliability.api_client import ApiClient
from reliability.checker import Upload
from reliability.retries import retry_aws
from reliability.running_system import RunningSystem
from reliability.sample_images import SampleImage

_REPEAT_SHARE = 0.2
# A message that fails returns after a minute, up to three times, and then by a redrive. The client
# stops waiting when no upload has been answered for longer than all of this takes.
_MAX_WAIT_SECONDS = 420.0
_POLL_SECONDS = 1.0


class RepeatingClient:
    """Safe from several threads. `repeats` counts what was done twice."""

    def __init__(self, system: RunningSystem, *, seed: int) -> None:
        self._system = system
        self._api = ApiClient(system)
        self._random = random.Random(seed)
        self.repeats = 0

    def upload(self, image: SampleImage) -> Upload:
        """Uploads one file; returns once the API and S3 have acknowledged it."""
        created = self._api.create_radiograph(image.name, image.content, key=image.name)
        radiograph = created.radiograph.id
        if self._draw_repeat():
            repeated = self._api.create_radiograph(image.name, image.content, key=image.name)
            assert repeated.radiograph.id == radiograph
        self._api.upload(created, image.content)
        if self._draw_repeat():
            # Other bytes of the same length: S3 would refuse another length.
            self._api.upload(created, image.content[::-1])
        if self._draw_repeat():
            retry_aws(partial(self._repeat_event, radiograph))
        return Upload.from_content(radiograph, image.content, image.expected)

    def wait_for_answers(self, uploads: Sequence[Upload]) -> None:
        """Redrives dead letters until each upload is answered, or none has been for seven
        minutes.
        """
        open_uploads = [upload.radiograph_id for upload in uploads]
        deadline = time.monotonic() + _MAX_WAIT_SECONDS
        while open_uploads and time.monotonic() < deadline:
            retry_aws(self._redrive)
            time.sleep(_POLL_SECONDS)
            rest = [each for each in open_uploads if not self._api.is_answered(each)]
            if len(rest) < len(open_uploads):
                deadline = time.monotonic() + _MAX_WAIT_SECONDS
            open_uploads = rest

    def _draw_repeat(self) -> bool:
        is_repeated = self._random.random() < _REPEAT_SHARE
        self.repeats += is_repeated
        return is_repeated

    def _repeat_event(self, radiograph: str) -> None:
        """Sends the event of an uploaded object to the queue once more."""
        prefix = keys.incoming(radiograph)
        response = self._system.s3.list_objects_v2(Bucket=IMAGES_BUCKET, Prefix=prefix)
        for entry in response.get("Contents", []):
            body = json.dumps(build_arrival_event(entry))
            self._system.sqs.send_message(QueueUrl=self._system.queue_url, MessageBody=body)

    def _redrive(self) -> None:
        """Moves dead letters back to the queue, as the runbook says."""
        sqs = self._system.sqs
        url = sqs.get_queue_url(QueueName=DEAD_LETTER_QUEUE)["QueueUrl"]
        response = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        for message in response.get("Messages", []):
            sqs.send_message(QueueUrl=self._system.queue_url, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
