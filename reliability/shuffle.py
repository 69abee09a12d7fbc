"""Things that are to happen in no order, and each before any happens again."""

import random
import threading
from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Deck(Generic[T]):
    def __init__(self, things: Sequence[T], chance: random.Random) -> None:
        self._things = things
        self._chance = chance
        self._left: list[T] = []
        self._lock = threading.Lock()

    def draw(self) -> T:
        with self._lock:
            self._left = self._left or self._chance.sample(self._things, len(self._things))
            return self._left.pop()
