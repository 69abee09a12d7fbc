"""The model that answers now: loaded by the pointer in the models bucket, and looked at again."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.observability import logger
from screening.card import ModelCard, parse_card
from screening.cpu_model import CpuModel
from screening.errors import ModelError
from storage.models_bucket import ModelMissingError, ModelsBucket

_LOOK_AGAIN_SECONDS = 30.0
_UNUSABLE = (ModelError, ModelMissingError, BotoCoreError, ClientError)


@dataclass(frozen=True, kw_only=True)
class LoadedModel:
    card: ModelCard
    cpu: CpuModel


class Models:
    """A new version that cannot be loaded leaves the one before in place, and is logged."""

    def __init__(self, files: ModelsBucket, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._files = files
        self._clock = clock
        self._loaded: LoadedModel | None = None
        self._look_at = 0.0

    def current(self) -> LoadedModel:
        """The model that answers now; one of the errors above where there is none at all."""
        if self._loaded is None:
            self._loaded = self._load(self._files.read_current_version())
        elif self._clock() >= self._look_at:
            self._loaded = self._look_again(self._loaded)
        else:
            return self._loaded
        self._look_at = self._clock() + _LOOK_AGAIN_SECONDS
        return self._loaded

    def _look_again(self, loaded: LoadedModel) -> LoadedModel:
        try:
            version = self._files.read_current_version()
            return loaded if version == loaded.card.model_version else self._load(version)
        except _UNUSABLE as error:
            logger.error("The model stays as it is", extra={"error": type(error).__name__})
            return loaded

    def _load(self, version: str) -> LoadedModel:
        card = parse_card(self._files.read_card(version))
        if card.model_version != version:
            raise ModelError(f"the card under {version} is of {card.model_version}")
        return LoadedModel(
            card=card, cpu=CpuModel(self._files.read_file(version, card.cpu_path), card)
        )
