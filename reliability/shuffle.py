"""Draws every item once, in random order, before repeating."""

import random
import threading
from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Shuffle(Generic[T]):
    """Safe from several threads."""

    def __init__(self, items: Sequence[T], generator: random.Random) -> None:
        self._items = items
        self._generator = generator
        self._remaining: list[T] = []
        self._lock = threading.Lock()

    def draw(self) -> T:
        with self._lock:
            if not self._remaining:
                self._remaining = self._generator.sample(self._items, len(self._items))
            return self._remaining.pop()
