"""The AUC of a finished model on validation, and from which one on its answers are shown."""

import json
from pathlib import Path

from contracts.answers import Population
from contracts.model_card import list_populations
from contracts.model_layout import CARD_FILE

# The area under the ROC curve from which a population's answers are shown.
MIN_AUC = {Population.CHILD: 0.985, Population.ADULT: 0.85}
# What the log has of it, and so a job's final metrics.
_DIGITS = 6


def read_model_auc(folder: Path) -> float:
    """The AUC of children's validation films, as the card in `folder` has it."""
    card = json.loads((folder / CARD_FILE).read_text())
    metrics = list_populations(card)[Population.CHILD]["metrics"]
    return round(float(metrics["validation"]["auc"]), _DIGITS)
