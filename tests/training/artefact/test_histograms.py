"""A histogram has fixed edges, and no film is lost beyond them."""

import numpy as np

from training.artefact.histograms import build_histograms


def test_each_value_is_in_the_bin_of_its_class() -> None:
    grey = np.stack([np.full((224, 224), level, np.uint8) for level in (0, 100, 255)])
    histograms = build_histograms(
        grey,
        np.array([0, 1, 1]),
        probabilities=np.array([0.04, 0.5, 1.0]),
        typicality=np.array([-99.0, 0.5, 99.0]),
    )
    bins = {
        name: {label: np.flatnonzero(each[label]).tolist() for label in ("normal", "pneumonia")}
        for name, each in histograms.items()
    }
    assert bins["probability"] == {"normal": [0], "pneumonia": [10, 19]}
    assert bins["typicality"] == {"normal": [0], "pneumonia": [10, 19]}
    # A bin of means has 12.75 grey levels.
    assert bins["mean"] == {"normal": [0], "pneumonia": [7, 19]}
    assert bins["spread"] == bins["sharpness"] == {"normal": [0], "pneumonia": [0]}


def test_the_edges_do_not_follow_the_values() -> None:
    edges = [
        build_histograms(
            np.full((2, 224, 224), level, np.uint8),
            np.array([0, 1]),
            probabilities=np.full(2, level / 255),
            typicality=np.full(2, float(level)),
        )["mean"]["edges"]
        for level in (10, 200)
    ]
    assert edges[0] == edges[1] == np.linspace(0, 255, 21).tolist()
