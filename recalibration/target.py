"""Where a site is recalibrated, and the error of what was not stored."""

from dataclasses import dataclass
from typing import Any


class RecalibrationError(Exception):
    """Nothing was stored; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where facts, images and models lie, and the id of the person who runs the command."""

    s3: Any
    facts_bucket: str
    images_bucket: str
    models_bucket: str
    by: str
