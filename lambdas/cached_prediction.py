"""A prediction as Redis holds it. The model card is applied anew each time it is used."""

import json
from dataclasses import dataclass

from contracts.answers import Predictor
from contracts.endpoint import Prediction, parse_prediction
from contracts.serialisation import serialise


@dataclass(frozen=True, kw_only=True)
class CachedPrediction:
    """A prediction, and which export of the network made it."""

    prediction: Prediction
    predictor: Predictor

    def to_text(self) -> str:
        return json.dumps({**serialise(self.prediction), "predictor": self.predictor})

    @classmethod
    def from_text(cls, text: str) -> "CachedPrediction":
        """Raises ValueError for a text of another form."""
        fields = json.loads(text)
        if not isinstance(fields, dict):
            raise ValueError("not a JSON object")
        predictor = Predictor(fields.pop("predictor", None))
        return cls(prediction=parse_prediction(fields), predictor=predictor)
