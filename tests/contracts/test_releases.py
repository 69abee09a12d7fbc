"""Facts pass between releases in both directions: they are read for years, and after a rollback.

Compatibility holds from 0.2.0 on. The reader of 0.1.0 refuses any field that it does not have.
"""

import json
import tomllib
from enum import StrEnum
from typing import Any

import pytest

from contracts.facts import UnknownFact
from contracts.later_values import is_unknown
from contracts.serialisation import parse_fact, serialise
from reliability.release_examples import FOLDER, RELEASES, build_examples, read_lists
from tests.conftest import ROOT
from tests.contracts.release_lists import can_read, describe_facts

COMPATIBLE = [release for release in RELEASES if release != "0.1.0"]


def test_this_release_has_its_lists() -> None:
    """A field, a value or a kind is new: add it to the file of the version that comes next."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    path = FOLDER / f"{version}.json"
    assert json.loads(path.read_text()) == describe_facts()


@pytest.mark.parametrize("release", RELEASES)
def test_this_release_reads_what_another_wrote(release: str) -> None:
    for kind, fields in read_lists(release).items():
        for example in build_examples(kind, fields):
            fact = parse_fact(example)
            assert not isinstance(fact, UnknownFact)
            assert not [value for value in enumerated_values(fact) if is_unknown(value)], example


def enumerated_values(message: Any) -> list[StrEnum]:
    """All values of enumerations in a message, at any depth."""
    if isinstance(message, StrEnum):
        return [message]
    if isinstance(message, tuple):
        return [value for item in message for value in enumerated_values(item)]
    fields = vars(message) if hasattr(message, "__dict__") else {}
    return [value for field in fields.values() for value in enumerated_values(field)]


@pytest.mark.parametrize("release", COMPATIBLE)
def test_another_release_reads_what_this_one_writes(release: str) -> None:
    lists = read_lists(release)
    for kind, fields in describe_facts().items():
        for example in build_examples(kind, fields):
            stored = json.loads(json.dumps(serialise(parse_fact(example))))
            assert can_read(lists, stored), stored


@pytest.mark.parametrize(
    "change", [{"by": None}, {"declared_bytes": "1000"}, {"age_years": 3.5}, {"at": ...}]
)
def test_the_reader_of_a_release_refuses_a_field_that_is_missing_or_retyped(
    change: dict[str, Any],
) -> None:
    """Otherwise the test above could not fail."""
    lists = read_lists("0.2.0")
    fact = {**next(build_examples("created", lists["created"])), **change}
    stored = {name: value for name, value in fact.items() if value is not ...}
    assert not can_read(lists, stored)
