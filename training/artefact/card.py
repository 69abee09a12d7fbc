"""Writes the model card: what anyone who uses the model must know, as one JSON file."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from contracts import texts
from contracts.answers import Population
from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from contracts.model_layout import CARD_FILE, CPU_FILE, SAVED_MODEL_FOLDER
from training.artefact.agreement import TOLERANCE, Agreement
from training.artefact.composition import FilmKind, count_films, list_adults, list_children
from training.artefact.model_folder import file_sha256, folder_sha256
from training.artefact.populations import (
    PopulationResult,
    describe_population,
    reaches_rule,
    round_values,
)
from training.data.adult_films import DESCRIPTION
from training.data.films import VIEW_NAMES
from training.data.manifest import data_set_sha256, radiographs_sha256
from training.data.split import DataSplit
from training.data.targets import MAP_SIDE
from training.fit.learning_set import AdultSplit
from training.recipe import Recipe
from training.value_types import Intervals, Metrics

# The saliency map has one cell for 16 x 16 pixels of the network's input: the backbone's stride.
STRIDE = 16


@dataclass(frozen=True)
class TrainingResult:
    """Everything that a run has fitted and measured on validation.

    `populations` has children first. `rejected_share` is that of the children's radiographs which
    the out-of-distribution detector rejects, `histograms` has those of `build_histograms` by
    population. The two limits are None for a network without the output that they are for.
    """

    version: str
    populations: tuple[PopulationResult, ...]
    agreement: Agreement
    typicality_limit: float
    rejected_share: float
    min_adult_log_odds: float | None
    min_lung_energy: float | None
    histograms: dict[str, Any]


def write_card(
    folder: Path,
    *,
    recipe: Recipe,
    result: TrainingResult,
    split: DataSplit,
    adults: AdultSplit | None,
    description: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> None:
    """Writes the card of the exports in `folder`, with their hashes.

    `description` is that of the data set, by `read_description`; `provenance` is the section of
    `describe_provenance`.
    """
    ages = description["age_years"]
    populations = {
        each.name.value: describe_population(each, child_age_years=ages)
        for each in result.populations
    }
    card = {
        "model_version": result.version,
        "created": dt.datetime.now(dt.UTC).date().isoformat(),
        "input": {
            "height": INPUT_ROWS,
            "width": INPUT_COLUMNS,
            "channels": 1,
            "dtype": "uint8",
            "resize": "squash, Pillow bilinear",
        },
        "attention_size": MAP_SIDE if recipe.adults else recipe.image_size // STRIDE,
        "artefacts": _artefacts(folder),
        "populations": populations,
        "typicality_limit": round(result.typicality_limit, 6),
        **_limits(result),
        "metrics": {
            "agreement": round_values(asdict(result.agreement)),
            "refused": round(result.rejected_share, 6),
        },
        "recipe": recipe.card_fields(),
        "data": {
            **{name: text for name, text in description.items() if name != "age_years"},
            **_data_hashes(split, description),
            "composition": count_films([*list_children(split), *_list_adults(adults)]),
            **({"adults": DESCRIPTION} if adults else {}),
        },
        "histograms": result.histograms,
        "provenance": dict(provenance),
        "intended_use": _describe_use(populations),
        "tolerance": TOLERANCE,
    }
    (folder / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n")


def _list_adults(adults: AdultSplit | None) -> list[tuple[FilmKind, str]]:
    return [
        film
        for name, films in (vars(adults) if adults else {}).items()
        for film in list_adults((*films.lungs, *films.whole), split=name)
    ]


def add_test_metrics(
    folder: Path, *, radiographs: int, patients: int, metrics: Metrics, intervals: Intervals
) -> None:
    """Adds the metrics of an evaluation on the children's test set to the card in `folder`."""
    card = json.loads((folder / CARD_FILE).read_text())
    # A card of release 0.1 has the metrics of children at its top level.
    children = card.get("populations", {}).get(Population.CHILD.value, card)
    children["metrics"]["test_half"] = {
        "radiographs": radiographs,
        "patients": patients,
        **round_values(metrics),
        "intervals_95": {name: [round(x, 6) for x in pair] for name, pair in intervals.items()},
    }
    (folder / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n")


def add_adult_auc(folder: Path, auc: Mapping[str, float]) -> None:
    """Adds the AUC by view on whole films of adults to the card in `folder`.

    Adults become valid if it reaches the rule, as it must on validation as well.
    """
    card = json.loads((folder / CARD_FILE).read_text())
    adults = card.get("populations", {}).get(Population.ADULT.value)
    if adults is None:
        return
    adults["metrics"]["whole_films"] = round_values(auc)
    adults["valid"] = all(
        reaches_rule(Population.ADULT, each) for each in (auc, adults["validation"]["auc"])
    )
    card["intended_use"] = _describe_use(card["populations"])
    (folder / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n")


def _describe_use(populations: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Returns the views, and the sentence that names the populations that are valid."""
    valid = [
        texts.format_population(Population(name), tuple(fields["age_years"]))
        for name, fields in populations.items()
        if fields["valid"]
    ]
    return {
        "views": list(VIEW_NAMES),
        "sentence": (
            "Decision support, not a diagnosis: frontal chest X-rays of "
            f"{' and '.join(valid) or 'nobody, because no population is valid'}, read by a "
            "clinician who knows the patient."
        ),
    }


def _artefacts(folder: Path) -> dict[str, dict[str, str]]:
    return {
        "cpu": {
            "path": CPU_FILE,
            "sha256": file_sha256(folder / CPU_FILE),
            "weights": "float16",
        },
        "endpoint": {
            "path": SAVED_MODEL_FOLDER,
            "sha256": folder_sha256(folder / SAVED_MODEL_FOLDER),
            "weights": "float32",
        },
    }


def _limits(result: TrainingResult) -> dict[str, float]:
    limits = {
        "min_adult_log_odds": result.min_adult_log_odds,
        "min_lung_energy": result.min_lung_energy,
    }
    return {name: round(limit, 6) for name, limit in limits.items() if limit is not None}


def _data_hashes(split: DataSplit, description: Mapping[str, Any]) -> dict[str, str]:
    radiographs = [*split.train, *split.validation, *split.test]
    return {
        "sha256": data_set_sha256(radiographs, description),
        "train_sha256": radiographs_sha256(split.train),
        "validation_sha256": radiographs_sha256(split.validation),
        "test_sha256": radiographs_sha256(split.test),
    }
