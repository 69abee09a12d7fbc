"""A prediction as Redis holds it. The model card is applied anew each time it is used."""

import json
from dataclasses import dataclass

from contracts.answers import Predictor
from contracts.endpoint import Prediction
from contracts.serialisation import parse, serialise


@dataclass(frozen=True, kw_only=True)
class CachedPrediction:
    """A prediction, and which export of the network made it."""

    prediction: Prediction
    predictor: Predictor

    def to_text(self) -> str:
        return json.dumps({**serialise(self.prediction), "predictor": self.predictor})

    @classmethod
    def from_text(cls, text: str) -> "CachedPrediction":
        """Raises KeyError, TypeError or ValueError for a text of another form."""
        fields = json.loads(text)
        predictor = Predictor(fields.pop("predictor"))
        return cls(prediction=parse(Prediction, fields), predictor=predictor)
