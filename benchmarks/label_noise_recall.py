"""How many wrong labels `training.label_noise` lists: `python -m benchmarks.label_noise_recall`.

Of the validation films of the bundled model, whose labels it has not learnt, a share gets the wrong
label at random. Means over the draws.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from training.data.manifest import read_manifest
from training.data.split import split_by_patient
from training.label_noise import extract_features, find_suspects, group_films, predict_out_of_fold

_MODEL = Path("models")


def main() -> int:
    arguments = _parser().parse_args()
    fields = json.loads((_MODEL / "model_card.json").read_text())
    share = fields["recipe"]["validation_share"]
    films = split_by_patient(read_manifest(arguments.data), share=share).validation
    features, groups = extract_features(_MODEL, films), group_films(films)
    rows = []
    for seed in range(arguments.draws):
        rng = np.random.default_rng(seed)
        wrong = set(rng.choice(len(films), round(arguments.wrong * len(films)), replace=False))
        noisy = [
            replace(film, pneumonia=film.pneumonia != (index in wrong))
            for index, film in enumerate(films)
        ]
        suspects = find_suspects(noisy, predict_out_of_fold(features, noisy, groups))
        hits = len(wrong & set(suspects))
        rows.append((len(suspects), hits / len(wrong), hits / len(suspects)))
    length, recall, precision = np.mean(rows, axis=0)
    print(
        f"{len(films)} films, {arguments.wrong:.0%} wrong labels: {length:.0f} listed, "
        f"{recall:.0%} of the wrong ones among them, {precision:.0%} of the list is wrong"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.label_noise_recall",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--wrong", type=float, default=0.05, help="share of wrong labels")
    return parser


if __name__ == "__main__":
    sys.exit(main())
