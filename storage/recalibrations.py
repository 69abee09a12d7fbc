"""The cards of a site's recalibrations, which lie in the facts bucket and are written once."""

import json
from typing import TYPE_CHECKING

from contracts import keys
from contracts.recalibrations import RecalibrationCard, parse_recalibration_card
from contracts.serialisation import serialise
from storage.conditional_put import put_if_absent

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def write_card(s3: "S3Client", bucket: str, card: RecalibrationCard) -> None:
    key = keys.recalibration(card.site, card.number)
    put_if_absent(s3, bucket, key=key, content=json.dumps(serialise(card)).encode())


def read_cards(s3: "S3Client", bucket: str, site: str) -> list[RecalibrationCard]:
    """The newest first. Raises ValueError where a card cannot be parsed."""
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=keys.recalibrations_prefix(site)
    )
    names = [item["Key"] for page in pages for item in page.get("Contents", [])]
    bodies = (s3.get_object(Bucket=bucket, Key=name)["Body"] for name in reversed(names))
    return [parse_recalibration_card(body.read()) for body in bodies]
