"""The container of the endpoint: AWS's TensorFlow Serving image and its batching."""

from math import ceil

from aws_cdk import region_info

REPOSITORY = "tensorflow-inference"
# TensorFlow Serving 2.20 loads models saved by TensorFlow 2.21. AWS patches the image in place.
_TAG = "2.20-gpu-py312-cu129-amzn2023-sagemaker"
# The image holds CUDA 12.9, and the AMI that g4dn and g5 get by default a driver of CUDA 11.4.
# This one has driver 580 (API reference of SageMaker, ProductionVariant).
MACHINE_IMAGE = "al2023-ami-sagemaker-inference-gpu-4-1"

_BATCH = 8
# The client waits 2 s for an answer; a batch waits at most this long for more calls.
_WAIT_MICROSECONDS = 5_000
# The processors of the smallest instance: the starting value of TensorFlow Serving's guide.
_BATCH_THREADS = 4


def registry(region: str) -> str | None:
    """The AWS account that holds the image in a region; None if CDK lists none."""
    return region_info.RegionInfo.get(region).dlc_repository_account


def image(region: str) -> str:
    suffix = region_info.RegionInfo.get(region).domain_suffix
    return f"{registry(region)}.dkr.ecr.{region}.{suffix}/{REPOSITORY}:{_TAG}"


def batching(*, max_concurrent_calls: int) -> dict[str, str]:
    """The container's environment variables.

    Its queue holds one call of each concurrent screening function. Further calls are refused at
    once, and the CPU model answers without waiting.
    """
    return {
        "SAGEMAKER_TFS_ENABLE_BATCHING": "true",
        "SAGEMAKER_TFS_MAX_BATCH_SIZE": str(_BATCH),
        "SAGEMAKER_TFS_BATCH_TIMEOUT_MICROS": str(_WAIT_MICROSECONDS),
        "SAGEMAKER_TFS_NUM_BATCH_THREADS": str(_BATCH_THREADS),
        "SAGEMAKER_TFS_MAX_ENQUEUED_BATCHES": str(ceil(max_concurrent_calls / _BATCH)),
    }
