"""The answers of the real model to validation films, also altered ones, and to films of adults.

No film of the test set is read. The answers are kept in build/, by model version, since the model
takes some minutes on one core.
"""

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from contracts.answers import Predictor
from contracts.sites import SiteSettings
from lambdas.drift.observations import Observation, observe_answer
from screening.answer import build_answer
from screening.card import ModelCard, read_card
from screening.cpu_model import CpuModel
from screening.formats import raster
from screening.images import build_model_input
from screening.input_statistics import measure_input
from screening.radiograph import Pixels
from training.data.manifest import read_manifest
from training.data.split import split_by_patient
from training.evaluation.corruptions import blur, contrast

# The share of the released model's validation set.
_VALIDATION_SHARE = 0.15
_ALTERED = 200
# Strengths of `training.evaluation.corruptions`.
_BLUR, _CONTRAST = 3, 3
_SITE = SiteSettings(prevalence=0.3)
_CHILD_YEARS = 3


@dataclass(frozen=True, kw_only=True)
class Films:
    """Answers by kind of film. `normal` and `pneumonia` are unaltered validation films; each kind
    of `altered` is of the same mixture of both.
    """

    normal: list[Observation]
    pneumonia: list[Observation]
    altered: dict[str, list[Observation]]


def load_films(models: Path, data: Path, cache: Path) -> Films:
    """Reads the answers from `cache`, or computes and keeps them there."""
    card = read_card(models / "model_card.json")
    path = cache / f"drift-drill-{card.model_version}.json"
    if not path.exists():
        model = CpuModel((models / card.cpu_path).read_bytes(), card)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(_answer_all(model, card, data)))
    kinds: Mapping[str, list[Observation]] = {
        kind: [Observation(**fields) for fields in observations]
        for kind, observations in json.loads(path.read_text()).items()
    }
    altered = {kind: each for kind, each in kinds.items() if kind not in ("normal", "pneumonia")}
    return Films(normal=kinds["normal"], pneumonia=kinds["pneumonia"], altered=altered)


def _answer_all(model: CpuModel, card: ModelCard, data: Path) -> dict[str, list[dict[str, object]]]:
    validation = split_by_patient(read_manifest(data), share=_VALIDATION_SHARE).validation
    paths = {
        "normal": [each.path for each in validation if not each.pneumonia],
        "pneumonia": [each.path for each in validation if each.pneumonia],
    }
    answers = {kind: _answer(model, card, map(_read, each)) for kind, each in paths.items()}
    mixture = _mix(paths["normal"], paths["pneumonia"])
    for kind, alter in _ALTERATIONS.items():
        answers[kind] = _answer(model, card, (alter(_read(path)) for path in mixture))
    folder = data / "adult_shift"
    with (folder / "labels.csv").open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if int(row["age"]) >= 18][:_ALTERED]
    answers["adults"] = [
        _observe(model, card, _read(folder / row["file"]), age_years=int(row["age"]))
        for row in rows
    ]
    return answers


def _mix(normal: list[Path], pneumonia: list[Path]) -> list[Path]:
    """Films at the prevalence of the site, drawn with a fixed seed."""
    generator = np.random.default_rng(1)
    positives = round(_SITE.prevalence * _ALTERED)
    drawn = [
        *generator.choice(len(normal), _ALTERED - positives, replace=False),
        *generator.choice(len(pneumonia), positives, replace=False),
    ]
    pools = [normal] * (_ALTERED - positives) + [pneumonia] * positives
    return [pool[int(index)] for pool, index in zip(pools, drawn, strict=True)]


_ALTERATIONS: Mapping[str, Callable[[Pixels], Pixels]] = {
    "inverted": lambda pixels: np.asarray(255 - pixels, np.uint8),
    "blurred": lambda pixels: blur(pixels, _BLUR),
    "another contrast": lambda pixels: contrast(pixels, _CONTRAST),
}


def _read(path: Path) -> Pixels:
    return build_model_input(raster.decode(path.read_bytes()).pixels)


def _answer(model: CpuModel, card: ModelCard, films: Iterable[Pixels]) -> list[dict[str, object]]:
    return [_observe(model, card, pixels, age_years=_CHILD_YEARS) for pixels in films]


def _observe(
    model: CpuModel, card: ModelCard, pixels: Pixels, *, age_years: int
) -> dict[str, object]:
    answer = build_answer(
        model.predict(pixels), card, predictor=Predictor.CPU, site=_SITE, age_years=age_years
    )
    statistics = measure_input(pixels)
    return asdict(observe_answer(answer, spread=statistics.spread, sharpness=statistics.sharpness))
