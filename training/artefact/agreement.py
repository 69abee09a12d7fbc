"""How closely the two exports of a model agree, and how closely they must for a release."""

from dataclasses import dataclass

from training.errors import TrainingError

# The largest difference in calibrated probability, and the smallest correlation of two saliency
# maps, on any validation radiograph: below what a doctor would notice. No stage takes a model
# beyond these limits.
TOLERANCE = {"probability": 0.02, "attention_correlation": 0.98}


class DisagreementError(TrainingError):
    """The CPU and endpoint exports differ by more than the tolerance: do not release them."""


@dataclass(frozen=True)
class Agreement:
    """The differences between the CPU and endpoint exports; the model card holds these names.

    A flip is a radiograph with opposite decisions. `attention` is the saliency map.
    """

    radiographs: int
    probability_difference_max: float
    attention_correlation_min: float
    flips: int


def require_agreement(agreement: Agreement) -> None:
    """Raises DisagreementError if a difference exceeds TOLERANCE or one decision flips."""
    if (
        agreement.probability_difference_max > TOLERANCE["probability"]
        or agreement.attention_correlation_min < TOLERANCE["attention_correlation"]
        or agreement.flips
    ):
        sentence = "The two exports disagree beyond the limits of a release."
        raise DisagreementError(f"{sentence} {describe_agreement(agreement)}")


def describe_agreement(agreement: Agreement) -> str:
    return (
        f"CPU file against SavedModel, on {agreement.radiographs:,} validation films: "
        f"probabilities differ by at most {agreement.probability_difference_max:.4f}, saliency "
        f"maps correlate by at least {agreement.attention_correlation_min:.3f}, and "
        f"{agreement.flips:,} decisions are opposite."
    )
