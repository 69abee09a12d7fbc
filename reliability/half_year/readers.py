"""Doctors who read films: with errors, and with too much trust in an answer that they have seen."""

from dataclasses import dataclass, field

import numpy as np

from contracts.findings import Finding
from reliability.half_year.hospital import Person

FIRST, SECOND, THIRD = (Person(name=name) for name in ("first", "second", "third"))

# Assumptions of the simulation, not measurements: the share of wrong readings, and the share of
# wrong answers that a reader takes over who has seen them.
_ERROR = 0.05
_TRUST = 0.3
_CANNOT_TELL = 0.02


@dataclass(frozen=True, kw_only=True)
class Readers:
    generator: np.random.Generator = field(default_factory=lambda: np.random.default_rng(20))

    def read(self, has_pneumonia: bool, *, answer: bool | None) -> Finding:
        """A finding; `answer` is what the reader has seen, None for a blind reading."""
        if self.generator.random() < _CANNOT_TELL:
            return Finding.CANNOT_TELL
        finding = has_pneumonia != (self.generator.random() < _ERROR)
        if answer is not None and answer != has_pneumonia and self.generator.random() < _TRUST:
            finding = answer
        return Finding.PNEUMONIA if finding else Finding.NO_PNEUMONIA

    def draw(self, share: float) -> bool:
        return bool(self.generator.random() < share)
