"""A synthetic data set, and one smoke run on it, shared by several tests."""

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.shared_folders import fill_once
from training.data.manifest import DESCRIPTION_FILE, FOLDER, read_manifest
from training.recipes import SMOKE

COLUMNS = ["split", "class", "file", "subtype", "patient_key", "near_dup_group", "sha256"]
DESCRIPTION = {
    "name": "images of noise",
    "licence": "Apache-2.0",
    "credit": "drawn by the tests",
    "age_years": [0, 9],
}


@pytest.fixture(scope="session")
def drawn_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty images of noise, two of each patient; with pneumonia the lower half is brighter."""
    data = tmp_path_factory.mktemp("drawn")
    rng = np.random.default_rng(0)
    rows = []
    for index in range(60):
        split = "test" if index >= 48 else "train"
        subtype = ("normal", "bacteria", "virus")[index // 2 % 3]
        label = "NORMAL" if subtype == "normal" else "PNEUMONIA"
        pixels = rng.integers(40, 120, (224, 224), dtype=np.uint8)
        pixels[112:] += 0 if subtype == "normal" else 100
        path = data / FOLDER / split / label / f"{index:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        rows.append([split, label, path.name, subtype, f"patient-{index // 2}", path.name, sha256])
    with (data / FOLDER / "manifest.csv").open("w", newline="") as lines:
        csv.writer(lines).writerows([COLUMNS, *rows])
    (data / FOLDER / DESCRIPTION_FILE).write_text(json.dumps(DESCRIPTION))
    return data


@pytest.fixture(scope="session")
def smoke(drawn_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model folder of one smoke run on the synthetic data, for all workers; read only."""

    def fill(folder: Path) -> None:
        from training.train import train

        train(
            SMOKE,
            read_manifest(drawn_data),
            data=drawn_data,
            out=folder / "models",
            cache=folder / "cache",
        )

    return fill_once(tmp_path_factory, "smoke", fill) / "models"
