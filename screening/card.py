"""The model card: the numbers stored beside the weights that turn an output into an answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from contracts.answers import Population
from contracts.model_card import list_populations
from contracts.reliability import ReliabilityBin
from screening.errors import ModelError
from screening.populations import PopulationCard


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """The part of `model_card.json` that screening needs.

    `populations` has children first. An image with an in-distribution score below
    `typicality_limit` is not assessed; None switches the check off. The network's log odds of an
    adult count from `min_adult_log_odds` on, either way. `attention_size` is the side of the square
    saliency map, in cells. An answer has a caution where less than `min_lung_energy` of the map's
    energy is inside the lungs; None switches the caution off.

    Raises ModelError where the numbers contradict each other.
    """

    model_version: str
    attention_size: int
    cpu_path: str
    cpu_sha256: str
    endpoint_sha256: str
    typicality_limit: float | None
    populations: tuple[PopulationCard, ...]
    min_adult_log_odds: float = 0.0
    min_lung_energy: float | None = None

    def __post_init__(self) -> None:
        if not self.populations or self.populations[0].name is not Population.CHILD:
            raise ModelError("the card does not describe children first")
        for population in self.populations:
            _check(population)

    @property
    def children(self) -> PopulationCard:
        return self.populations[0]


def parse_card(fields: Mapping[str, Any]) -> ModelCard:
    """Parses the JSON object of a card. Raises ModelError if a field is missing or invalid."""
    try:
        artefacts = fields["artefacts"]
        return ModelCard(
            model_version=fields["model_version"],
            attention_size=fields["attention_size"],
            cpu_path=artefacts["cpu"]["path"],
            cpu_sha256=artefacts["cpu"]["sha256"],
            endpoint_sha256=artefacts["endpoint"]["sha256"],
            typicality_limit=fields["typicality_limit"],
            populations=tuple(
                _parse_population(name, population)
                for name, population in list_populations(fields).items()
            ),
            min_adult_log_odds=fields.get("min_adult_log_odds", 0.0),
            min_lung_energy=fields.get("min_lung_energy"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"the model card has a missing or invalid field: {error}") from error


def read_card(path: Path) -> ModelCard:
    """Reads the card at `path`. Raises ModelError."""
    try:
        return parse_card(json.loads(path.read_text()))
    except (OSError, json.JSONDecodeError) as error:
        raise ModelError(f"the model card {path} cannot be read: {error}") from error


def _parse_population(name: Population, fields: Mapping[str, Any]) -> PopulationCard:
    operating, validation = fields["operating_point"], fields["validation"]
    low, high = operating["band"]
    youngest, oldest = fields["age_years"]
    return PopulationCard(
        name=name,
        is_valid=fields["valid"],
        age_years=(youngest, oldest),
        temperature=fields["calibration"]["temperature"],
        # A model calibrated by temperature alone has no shift.
        shift=fields["calibration"].get("shift", 0.0),
        threshold=operating["threshold"],
        band=(low, high),
        prevalence=validation["prevalence"],
        reliability=tuple(ReliabilityBin(**bin_) for bin_ in validation["reliability"]),
    )


def _check(population: PopulationCard) -> None:
    low, high = population.band
    if not 0 <= low <= population.threshold <= high <= 1:
        raise ModelError("the card's threshold is not inside its uncertain band")
    is_calibrated = population.temperature > 0 and isfinite(population.shift)
    if not is_calibrated or not 0 < population.prevalence < 1:
        raise ModelError("the card's calibration or prevalence is out of range")
