"""What a recalibration gains: `python -m benchmarks.recalibration_gain --data DATA`.

The validation films of the bundled model (no test films) are the films of a site of which 30 % are
ill. Its log odds are the model's, or moved as by another scanner. Films are drawn for a fit, with
the code of `make recalibrate`. The log loss is measured on all other patients, before and after,
and with the gate, which keeps the values before where it refuses. Means over the draws.
"""

import os
import sys
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from benchmarks.validation_films import MODEL, build_parser, read_card, read_films
from contracts.model_layout import SAVED_MODEL_FOLDER
from recalibration.gate import judge
from recalibration.platt import Calibration, Film, ReviewedFilms
from screening.answer import calibrate, prevalence_shift
from screening.card import ModelCard, parse_card
from training.data.examples import load_images
from training.data.manifest import Radiograph

_PREVALENCE = 0.3
_SIZES = (30, 60, 100)
LogOdds = NDArray[np.float64]
_SITES: Mapping[str, Callable[[LogOdds], LogOdds]] = {
    "the model as it is": lambda log_odds: log_odds,
    "log odds +0.9": lambda log_odds: log_odds + 0.9,
    "log odds -0.9": lambda log_odds: log_odds - 0.9,
    "log odds times 0.7": lambda log_odds: log_odds * 0.7,
    "log odds times 1.5": lambda log_odds: log_odds * 1.5,
}


def main() -> int:
    arguments = build_parser("recalibration_gain", __doc__, draws=100, wrong=0.0).parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from training.artefact.predictions import predict_saved_model

    card, films = parse_card(read_card()), read_films(arguments.data)
    logits = predict_saved_model(MODEL / SAVED_MODEL_FOLDER, load_images(films)).logits
    log_odds = np.array([calibrate(float(logit), card.children) for logit in logits])
    print(f"{len(films)} films, {arguments.draws} draws, {arguments.wrong:.0%} wrong labels")
    print("| site | films | before | after | with the gate | stored |\n|---|---|---|---|---|---|")
    for name, move in _SITES.items():
        for size in _SIZES:
            rows = [
                _draw(films, move(log_odds), card, size=size, seed=seed, wrong=arguments.wrong)
                for seed in range(arguments.draws)
            ]
            before, after, gate, is_stored = np.mean(rows, axis=0)
            print(
                f"| {name} | {size} | {before:.4f} | {after:.4f} | {gate:.4f} | {is_stored:.0%} |",
                flush=True,
            )
    return 0


def _draw(
    films: tuple[Radiograph, ...],
    log_odds: LogOdds,
    card: ModelCard,
    *,
    size: int,
    seed: int,
    wrong: float,
) -> tuple[float, float, float, float]:
    """Returns the log losses before, after and with the gate, and whether the gate lets it pass."""
    rng = np.random.default_rng(seed)
    labels = np.array([film.pneumonia for film in films])
    ill, healthy = (rng.permutation(np.flatnonzero(labels == each)) for each in (True, False))
    positives = round(size * _PREVALENCE)
    members = np.concatenate([ill[:positives], healthy[: size - positives]])
    stated = labels[members] ^ (rng.random(size) < wrong)
    drawn = [
        Film(log_odds=float(log_odds[index]), has_pneumonia=bool(label))
        for index, label in zip(members, stated, strict=True)
    ]
    patients = [films[index].patient for index in members]
    shift = prevalence_shift(card.children.prevalence, _PREVALENCE)
    fitted = ReviewedFilms(films=drawn, shift=shift).fit()
    judgement = judge(drawn, patients, shift=shift, current=Calibration())
    unseen = np.array([film.patient not in set(patients) for film in films])
    before, after = (
        _measure(log_odds[unseen] * each.slope + each.offset + shift, labels[unseen])
        for each in (Calibration(), fitted)
    )
    return before, after, after if judgement.is_better else before, float(judgement.is_better)


def _measure(log_odds: LogOdds, labels: NDArray[np.bool_]) -> float:
    """The mean log loss at the site's prevalence."""
    losses = np.logaddexp(0, np.where(labels, -log_odds, log_odds))
    ill, healthy = losses[labels].mean(), losses[~labels].mean()
    return float(_PREVALENCE * ill + (1 - _PREVALENCE) * healthy)


if __name__ == "__main__":
    sys.exit(main())
