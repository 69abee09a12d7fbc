"""What the system says about one radiograph: the decision, its probability and what produced it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Decision(StrEnum):
    """What a doctor reads first."""

    PNEUMONIA = "pneumonia"
    NO_PNEUMONIA = "no_pneumonia"
    UNCERTAIN = "uncertain"
    NOT_ASSESSED = "not_assessed"


class NotAssessed(StrEnum):
    """Why no probability is shown."""

    NOT_CHEST = "not_chest"
    NOT_FRONTAL = "not_frontal"
    BODY_PART = "body_part"
    ORIENTATION = "orientation"
    QUALITY = "quality"
    AGE = "age"


class Predictor(StrEnum):
    """Which of the two exports of one network answered."""

    ENDPOINT = "endpoint"
    CPU = "cpu"


class Caution(StrEnum):
    """What a doctor must know to read an answer, although it is shown."""

    AGE_OUTSIDE = "age_outside"
    PHOTOGRAPHED = "photographed"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to one radiograph.

    `probability` is calibrated at the prevalence of the validation set, and thresholds apply to
    it; `shown_probability` is the same at `prevalence`, which the sentence beside it names.
    `like_this_per_100` is how many of 100 validation radiographs with such a score had pneumonia;
    None where too few were seen to say.
    """

    decision: Decision
    reason: NotAssessed | None
    logit: float
    probability: float
    shown_probability: float
    prevalence: float
    site_prevalence: bool
    like_this_per_100: int | None
    positive: bool
    threshold: float
    band: tuple[float, float]
    typicality: float | None
    cautions: tuple[Caution, ...]
    predictor: Predictor
    model_version: str
    artefact_sha256: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Answer":
        low, high = fields["band"]
        return cls(
            **{
                **fields,
                "decision": Decision(fields["decision"]),
                "reason": NotAssessed(fields["reason"]) if fields["reason"] else None,
                "band": (float(low), float(high)),
                "cautions": tuple(Caution(caution) for caution in fields["cautions"]),
                "predictor": Predictor(fields["predictor"]),
            }
        )
