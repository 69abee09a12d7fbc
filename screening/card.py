"""The model card: the numbers stored beside the weights that turn an output into an answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from screening.errors import ModelError


@dataclass(frozen=True, kw_only=True)
class ReliabilityBin:
    """How many validation radiographs have a probability in [low, high), and how many of them had
    pneumonia.
    """

    low: float
    high: float
    radiographs: int
    pneumonia: int


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """The part of `model_card.json` that screening needs.

    `threshold` and `band` apply to the calibrated probability sigmoid(logit / temperature + shift),
    which holds at `prevalence`, the prevalence of the validation set. An image with an
    in-distribution score below `typicality_limit` is not assessed; None switches the check off.
    `age_years` is the youngest and the oldest age of the intended use. `attention_size` is the
    side of the square saliency map, in cells.

    Raises ModelError where the numbers contradict each other.
    """

    model_version: str
    attention_size: int
    cpu_path: str
    cpu_sha256: str
    endpoint_sha256: str
    temperature: float
    shift: float
    threshold: float
    band: tuple[float, float]
    prevalence: float
    reliability: tuple[ReliabilityBin, ...]
    typicality_limit: float | None
    age_years: tuple[int, int]

    def __post_init__(self) -> None:
        low, high = self.band
        if not 0 <= low <= self.threshold <= high <= 1:
            raise ModelError("the card's threshold is not inside its uncertain band")
        if self.temperature <= 0 or not isfinite(self.shift) or not 0 < self.prevalence < 1:
            raise ModelError("the card's calibration or prevalence is out of range")


def parse_card(fields: Mapping[str, Any]) -> ModelCard:
    """Parses the JSON object of a card. Raises ModelError if a field is missing or invalid."""
    try:
        operating, artefacts = fields["operating_point"], fields["artefacts"]
        low, high = operating["band"]
        youngest, oldest = fields["intended_use"]["age_years"]
        return ModelCard(
            model_version=fields["model_version"],
            attention_size=fields["attention_size"],
            cpu_path=artefacts["cpu"]["path"],
            cpu_sha256=artefacts["cpu"]["sha256"],
            endpoint_sha256=artefacts["endpoint"]["sha256"],
            temperature=fields["calibration"]["temperature"],
            # A model calibrated by temperature alone has no shift.
            shift=fields["calibration"].get("shift", 0.0),
            threshold=operating["threshold"],
            band=(low, high),
            prevalence=fields["validation"]["prevalence"],
            reliability=tuple(ReliabilityBin(**b) for b in fields["validation"]["reliability"]),
            typicality_limit=fields["typicality_limit"],
            age_years=(youngest, oldest),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"the model card has a missing or invalid field: {error}") from error


def read_card(path: Path) -> ModelCard:
    """Reads the card at `path`. Raises ModelError."""
    try:
        return parse_card(json.loads(path.read_text()))
    except (OSError, json.JSONDecodeError) as error:
        raise ModelError(f"the model card {path} cannot be read: {error}") from error
