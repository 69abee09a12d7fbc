"""The model card: the numbers beside the weights, without which they mean nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from screening.errors import ModelError


@dataclass(frozen=True, kw_only=True)
class ReliabilityBin:
    """Validation radiographs with a probability from `low` up to `high`, and how many had it."""

    low: float
    high: float
    radiographs: int
    pneumonia: int


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """What screening needs of `model_card.json`.

    Threshold and band apply to the calibrated probability sigmoid(logit / temperature + shift),
    which holds at `prevalence`, that of the validation set.
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
            raise ModelError("the card's calibration or prevalence cannot be")


def card_from_json(fields: Mapping[str, Any]) -> ModelCard:
    """The card in `fields`; ModelError where something is missing or cannot be."""
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
            # Cards of models that were calibrated by temperature alone have none.
            shift=fields["calibration"].get("shift", 0.0),
            threshold=operating["threshold"],
            band=(low, high),
            prevalence=fields["validation"]["prevalence"],
            reliability=tuple(ReliabilityBin(**b) for b in fields["validation"]["reliability"]),
            typicality_limit=fields["typicality_limit"],
            age_years=(youngest, oldest),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"the model card lacks or misstates {error}") from error


def read_card(path: Path) -> ModelCard:
    """The card at `path`. Raises ModelError."""
    try:
        return card_from_json(json.loads(path.read_text()))
    except (OSError, json.JSONDecodeError) as error:
        raise ModelError(f"the model card {path} cannot be read: {error}") from error
