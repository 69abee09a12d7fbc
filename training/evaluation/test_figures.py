"""The figures on the test set that a model has when it is registered: measured once, on its card.

The modules that need TensorFlow are imported where a model is evaluated: most have their figures.
"""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from contracts.answers import Population
from contracts.model_card import list_populations
from contracts.model_layout import CARD_FILE
from training.artefact.model_folder import ModelFolder, read_model_folder
from training.data.manifest import DataError, radiographs_sha256, read_manifest
from training.data.split import DataSplit, split_by_patient

_RELEASED_CARD = Path(__file__).parents[2] / "models" / CARD_FILE
# The ledger of a data set of one's own lies beside it.
_LEDGER = "ledger.csv"


def complete_test_figures(folder: Path, *, data: Path) -> None:
    """Evaluates the model in `folder` on the test set of `data`, unless its card has the figures.

    Prints why a model stays without: its data are not here, or it is a try with few radiographs.
    Raises ModelFolderError.
    """
    model = read_model_folder(folder)
    if has_test_figures(model.card):
        return
    reason = _find_obstacle(model, data)
    if reason:
        print(f"{model.version} has no figures of a test set: {reason}.")
        return
    measure_test_figures(folder, data=data, ledger=find_ledger(model.card, data))


def has_test_figures(card: dict[str, Any]) -> bool:
    children = list_populations(card).get(Population.CHILD, {})
    return bool(children.get("metrics", {}).get("test_half"))


def measure_test_figures(folder: Path, *, data: Path, ledger: Path) -> None:
    """Evaluates the model on the test set of its own split, and writes its card and the ledger."""
    from training.evaluation.model_evaluation import TestSet, evaluate_models
    from training.evaluation.released_model import ReleasedModel

    model = read_model_folder(folder)
    split = _split(model.card, data)
    if len({radiograph.pneumonia for radiograph in split.test}) < 2:
        print(f"{model.version} has no figures of a test set: {data} has none.")
        return
    test_set = TestSet.load(split.test, data)
    [evaluation] = evaluate_models([ReleasedModel(folder)], test_set, ledger=ledger)
    metrics = evaluation.metrics
    print(
        f"test set, {len(split.test)} radiographs: auc {metrics['auc']:.4f} sensitivity "
        f"{metrics['sensitivity']:.4f} specificity {metrics['specificity']:.4f}"
    )


def _find_obstacle(model: ModelFolder, data: Path) -> str:
    """The reason why the model cannot be evaluated here; empty where it can."""
    if model.card["recipe"]["limit"] is not None:
        return "it is a try, made from few radiographs"
    try:
        test_sha256 = radiographs_sha256(_split(model.card, data).test)
    except DataError as error:
        return f"its data are not here ({str(error).rstrip('.')}); name them by --data"
    if model.card["data"]["test_sha256"] != test_sha256:
        return f"{data} holds another test set; name its data by --data"
    if find_spec("tensorflow") is None:
        return "TensorFlow is not installed here (make .venv/.training)"
    return ""


def _split(card: dict[str, Any], data: Path) -> DataSplit:
    recipe = card["recipe"]
    # The card's older name for `max_images`.
    return split_by_patient(
        read_manifest(data), share=recipe["validation_share"], max_images=recipe["limit"]
    )


def find_ledger(card: dict[str, Any], data: Path) -> Path:
    """The ledger of this repository for the public test set, else one beside the data."""
    from training.evaluation.ledger import LEDGER

    released = json.loads(_RELEASED_CARD.read_text())
    is_public = card["data"]["test_sha256"] == released["data"]["test_sha256"]
    return LEDGER if is_public else data / _LEDGER
