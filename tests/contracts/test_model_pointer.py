"""The pointer has one form in JSON; an older form is read too."""

import json

import pytest

from contracts.model_pointer import ModelPointer, parse_model_pointer
from contracts.serialisation import serialise
from tests.conftest import Golden

POINTER = ModelPointer(model_version="default-0123abcd", previous="default-4e94a507")


def test_the_pointer_is_the_golden_one(golden: Golden) -> None:
    assert serialise(POINTER) == golden("pointer.json")
    assert parse_model_pointer(json.dumps(golden("pointer.json"))) == POINTER


def test_a_pointer_that_names_no_version_before_is_read() -> None:
    assert parse_model_pointer(b'{"model_version": "a-1"}') == ModelPointer(model_version="a-1")


@pytest.mark.parametrize("text", ["", "[]", "{}", "model"])
def test_what_is_no_pointer_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_model_pointer(text)
