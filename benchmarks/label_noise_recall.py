"""How many wrong labels `training.label_noise` lists: `python -m benchmarks.label_noise_recall`.

Of the validation films of the bundled model, whose labels it has not learnt, a share gets the wrong
label at random. Means over the draws.
"""

import sys
from dataclasses import replace

import numpy as np

from benchmarks.validation_films import MODEL, build_parser, read_films
from training.label_noise import extract_features, find_suspects, group_films, predict_out_of_fold


def main() -> int:
    arguments = build_parser("label_noise_recall", __doc__, draws=5, wrong=0.05).parse_args()
    films = read_films(arguments.data)
    features, groups = extract_features(MODEL, films), group_films(films)
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


if __name__ == "__main__":
    sys.exit(main())
