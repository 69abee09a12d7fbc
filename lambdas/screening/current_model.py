"""Holds the current model, and follows the pointer in the models bucket."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.observability import logger
from screening.card import ModelCard, parse_card
from screening.cpu_model import CpuModel
from screening.errors import ModelError
from storage.models_bucket import ModelMissingError, ModelsBucket

_CHECK_SECONDS = 30.0
_ERRORS = (ModelError, ModelMissingError, BotoCoreError, ClientError)


@dataclass(frozen=True, kw_only=True)
class LoadedModel:
    card: ModelCard
    cpu: CpuModel


class CurrentModel:
    """Keeps the loaded version where a new one cannot be loaded, and logs an error."""

    def __init__(
        self, bucket: ModelsBucket, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._bucket = bucket
        self._clock = clock
        self._loaded: LoadedModel | None = None
        self._check_at = 0.0

    def get(self) -> LoadedModel:
        """The current model; the pointer is read again after 30 seconds. Raises ModelError,
        ModelMissingError or botocore's errors where no model can be loaded at all.
        """
        if self._loaded is None:
            self._loaded = self._load(self._bucket.read_current_version())
        elif self._clock() >= self._check_at:
            self._loaded = self._follow_pointer(self._loaded)
        else:
            return self._loaded
        self._check_at = self._clock() + _CHECK_SECONDS
        return self._loaded

    def _follow_pointer(self, loaded: LoadedModel) -> LoadedModel:
        try:
            version = self._bucket.read_current_version()
            return loaded if version == loaded.card.model_version else self._load(version)
        except _ERRORS as error:
            logger.error("The model stays as it is", extra={"error": type(error).__name__})
            return loaded

    def _load(self, version: str) -> LoadedModel:
        card = parse_card(self._bucket.read_card(version))
        if card.model_version != version:
            raise ModelError(f"the card under {version} is of {card.model_version}")
        weights = self._bucket.read_file(version, card.cpu_path)
        return LoadedModel(card=card, cpu=CpuModel(weights, card))
