"""The channels by which a training job gets its data."""

from typing import Any

WEIGHTS = "weights/resnet50v2_imagenet_to_stage3.keras"


def list_channels(job: dict[str, Any]) -> dict[str, str]:
    return {
        each["ChannelName"]: each["DataSource"]["S3DataSource"]["S3Uri"]
        for each in job["InputDataConfig"]
    }
