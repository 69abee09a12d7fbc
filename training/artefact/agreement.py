"""How closely the two exported artefacts agree, and whether a stage may take them."""

from dataclasses import asdict, dataclass

from training.errors import TrainingError

# No stage takes a model beyond these: the largest difference in calibrated probability, and the
# smallest correlation of two attention maps, on any validation radiograph (docs: what a doctor may
# notice).
TOLERANCE = {"probability": 0.02, "attention_correlation": 0.98}


class DisagreementError(TrainingError):
    """The CPU and endpoint artefacts differ by more than the tolerance: do not release them."""


@dataclass(frozen=True)
class Agreement:
    """Of the CPU artefact with the endpoint's, over all radiographs given."""

    radiographs: int
    probability_difference_max: float
    attention_correlation_min: float
    flips: int


def require_agreement(agreement: Agreement) -> None:
    """DisagreementError when the artefacts differ by more than TOLERANCE or one decision flips."""
    if (
        agreement.probability_difference_max > TOLERANCE["probability"]
        or agreement.attention_correlation_min < TOLERANCE["attention_correlation"]
        or agreement.flips
    ):
        raise DisagreementError(f"The CPU and endpoint artefacts disagree: {asdict(agreement)}.")
