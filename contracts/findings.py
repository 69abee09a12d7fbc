"""What a doctor finds on a radiograph, and how it compares with an answer."""

from enum import StrEnum

from contracts.answers import Answer, Decision


class Finding(StrEnum):
    """What a doctor's review says of the radiograph. OTHER is a finding that is no pneumonia."""

    PNEUMONIA = "pneumonia"
    NO_PNEUMONIA = "no_pneumonia"
    CANNOT_TELL = "cannot_tell"
    OTHER = "other"


class OutcomeSource(StrEnum):
    """Where it became known later whether a patient had pneumonia."""

    CT = "ct"
    MICROBIOLOGY = "microbiology"
    DISCHARGE = "discharge"
    FOLLOW_UP = "follow_up"
    OTHER = "other"


class Verdict(StrEnum):
    """How a finding compares with an answer. NEITHER: one of them does not say whether there is
    pneumonia, so they cannot be compared.
    """

    AGREE = "agree"
    DISAGREE = "disagree"
    NEITHER = "neither"


_HAS_PNEUMONIA = {
    Finding.PNEUMONIA: True,
    Finding.NO_PNEUMONIA: False,
    Finding.OTHER: False,
}
_DETECTS_PNEUMONIA = {Decision.PNEUMONIA: True, Decision.NO_PNEUMONIA: False}


def has_pneumonia(finding: Finding | None) -> bool | None:
    """None where the finding does not say it."""
    return None if finding is None else _HAS_PNEUMONIA.get(finding)


def compare(finding: Finding, answer: Answer) -> Verdict:
    """Whether a doctor's finding agrees with the decision of an answer."""
    doctor, model = has_pneumonia(finding), _DETECTS_PNEUMONIA.get(answer.decision)
    if doctor is None or model is None:
        return Verdict.NEITHER
    return Verdict.AGREE if doctor == model else Verdict.DISAGREE
