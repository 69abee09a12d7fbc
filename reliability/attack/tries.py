"""A security try: an act of an attacker, and the check that the system has held."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ParamSpec

Arguments = ParamSpec("Arguments")


@dataclass(frozen=True, kw_only=True)
class Attack:
    """A row of the table. `item` is one of OWASP ASVS 5.0.0 (a number) or of the OWASP API Security
    Top 10 of 2023 (API1 to API10).
    """

    item: str
    title: str

    def build_try(
        self,
        name: str,
        check: Callable[Arguments, str],
        *arguments: Arguments.args,
        **options: Arguments.kwargs,
    ) -> "Try":
        return Try(attack=self, name=name, find_break=partial(check, *arguments, **options))


@dataclass(frozen=True, kw_only=True)
class Try:
    """`find_break` attacks and returns what broke, or an empty text where the system held. A long
    try is left out of the small form.
    """

    attack: Attack
    name: str
    find_break: Callable[[], str]
    is_long: bool = False


@dataclass(frozen=True, kw_only=True)
class Result:
    attack: Attack
    name: str
    evidence: str

    @property
    def is_held(self) -> bool:
        return not self.evidence


def run_tries(tries: Iterable[Try]) -> Iterator[Result]:
    """Runs one try after the other. No answer, or one that a try cannot read, counts as broken."""
    for attempt in tries:
        try:
            evidence = attempt.find_break()
        except Exception as error:
            evidence = f"no answer: {type(error).__name__}: {error}"
        yield Result(attack=attempt.attack, name=attempt.name, evidence=evidence)


def choose_tries(tries: Iterable[Try], count: int, *, generator: random.Random) -> Sequence[Try]:
    """The small form: at most `count` tries of each attack, none of them long."""
    groups: dict[Attack, list[Try]] = defaultdict(list)
    for attempt in tries:
        if not attempt.is_long:
            groups[attempt.attack].append(attempt)
    return [
        attempt
        for group in groups.values()
        for attempt in generator.sample(group, min(count, len(group)))
    ]
