"""The container behind the endpoint: TensorFlow Serving as AWS ships it, and how it batches."""

from math import ceil

from aws_cdk import region_info

REPOSITORY = "tensorflow-inference"
# TensorFlow Serving 2.20 reads what TensorFlow 2.21 saves. The tag is patched by AWS in place.
_TAG = "2.20-gpu-py312-cu129-amzn2023-sagemaker"
# The image holds CUDA 12.9, and the AMI that g4dn and g5 get by default a driver of CUDA 11.4.
# This one has driver 580 (API reference of SageMaker, ProductionVariant).
MACHINE_IMAGE = "al2023-ami-sagemaker-inference-gpu-4-1"

_BATCH = 8
# The client waits 2 s for an answer; of that, at most this is spent on waiting for company.
_WAIT_MICROSECONDS = 5_000
# The processors of the smallest instance, where TensorFlow Serving's guide to batching begins.
_BATCH_THREADS = 4


def registry(region: str) -> str | None:
    """The account of AWS that holds the image in a region; None where CDK knows of none."""
    return region_info.RegionInfo.get(region).dlc_repository_account


def image(region: str) -> str:
    suffix = region_info.RegionInfo.get(region).domain_suffix
    return f"{registry(region)}.dkr.ecr.{region}.{suffix}/{REPOSITORY}:{_TAG}"


def batching(*, calls_at_once: int) -> dict[str, str]:
    """The container's variables. Its queue holds one call of each screening function at once; what
    comes on top is refused at once, and the CPU model answers without waiting.
    """
    return {
        "SAGEMAKER_TFS_ENABLE_BATCHING": "true",
        "SAGEMAKER_TFS_MAX_BATCH_SIZE": str(_BATCH),
        "SAGEMAKER_TFS_BATCH_TIMEOUT_MICROS": str(_WAIT_MICROSECONDS),
        "SAGEMAKER_TFS_NUM_BATCH_THREADS": str(_BATCH_THREADS),
        "SAGEMAKER_TFS_MAX_ENQUEUED_BATCHES": str(ceil(calls_at_once / _BATCH)),
    }
