"""The container of the endpoint: AWS's TensorFlow Serving image, its start and its batching."""

import re
from math import ceil

from aws_cdk import region_info

from contracts.queue import BATCH_SIZE

REPOSITORY = "tensorflow-inference"
# TensorFlow Serving 2.20 loads models saved by TensorFlow 2.21. AWS patches the image in place.
DEFAULT_IMAGE = "2.20-gpu-py312-cu129-amzn2023-sagemaker"
# A tag or a digest, as ECR accepts them.
IMAGE = re.compile(r"sha256:[0-9a-f]{64}|(?!sha256:)[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
# The image holds CUDA 12.9, and the AMI that g4dn and g5 get by default a driver of CUDA 11.4.
# This one has driver 580 (API reference of SageMaker, ProductionVariant).
MACHINE_IMAGE = "al2023-ami-sagemaker-inference-gpu-4-1"

# A model is loaded and warmed up within this time. SageMaker ends a container that is not healthy
# by then; the container itself gives up a minute before, so that its log says why.
START_SECONDS = 900
_LOAD_SECONDS = START_SECONDS - 60

MAX_BATCH = 8
# The client waits 2 s for an answer; a batch waits at most this long for more calls.
_WAIT_MICROSECONDS = 5_000
# The processors of the smallest instance: the starting value of TensorFlow Serving's guide.
_BATCH_THREADS = 4


def registry(region: str) -> str | None:
    """The AWS account that holds the image in a region; None if CDK lists none."""
    return region_info.RegionInfo.get(region).dlc_repository_account


def image(region: str, reference: str) -> str:
    """The address of the image in a region. `reference` is a tag or a digest."""
    suffix = region_info.RegionInfo.get(region).domain_suffix
    separator = "@" if ":" in reference else ":"
    address = f"{registry(region)}.dkr.ecr.{region}.{suffix}/{REPOSITORY}"
    return f"{address}{separator}{reference}"


def environment(*, max_concurrent_calls: int) -> dict[str, str]:
    """The container's environment variables.

    Its queue holds one call of each concurrent screening function. Further calls are refused at
    once, and the CPU model answers without waiting.
    """
    return {
        "SAGEMAKER_TFS_WAIT_TIME_SECONDS": str(_LOAD_SECONDS),
        "SAGEMAKER_TFS_ENABLE_BATCHING": "true",
        "SAGEMAKER_TFS_MAX_BATCH_SIZE": str(MAX_BATCH),
        "SAGEMAKER_TFS_BATCH_TIMEOUT_MICROS": str(_WAIT_MICROSECONDS),
        "SAGEMAKER_TFS_NUM_BATCH_THREADS": str(_BATCH_THREADS),
        "SAGEMAKER_TFS_MAX_ENQUEUED_BATCHES": str(_queue_length(max_concurrent_calls)),
    }


def _queue_length(calls: int) -> int:
    """The batches that hold so many calls of BATCH_SIZE radiographs each.

    TensorFlow Serving does not divide a call: where calls are of different sizes, a batch is closed
    as soon as the next call does not fit, with BATCH_SIZE - 1 places left.
    """
    return ceil(calls * BATCH_SIZE / (MAX_BATCH - BATCH_SIZE + 1))
