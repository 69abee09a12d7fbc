"""The current model follows the pointer, and stays where a new version cannot be loaded."""

import json

import pytest

from contracts import model_layout
from lambdas.screening.current_model import CurrentModel
from screening.errors import ModelError
from storage.models_bucket import ModelMissingError, ModelsBucket
from tests.conftest import ROOT
from tests.lambdas.calls import Aws
from tests.lambdas.screening.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def model(aws: Aws, clock: Clock) -> CurrentModel:
    return CurrentModel(ModelsBucket(aws.s3, "models"), clock=clock)


def put_version(aws: Aws, version: str, **card_fields: object) -> None:
    card = json.loads((ROOT / "models" / model_layout.CARD_FILE).read_text())
    path = card["artefacts"]["cpu"]["path"]
    content = json.dumps({**card, "model_version": version, **card_fields})
    key = model_layout.file_key(version, model_layout.CARD_FILE)
    aws.s3.put_object(Bucket="models", Key=key, Body=content)
    weights = (ROOT / "models" / path).read_bytes()
    aws.s3.put_object(Bucket="models", Key=model_layout.file_key(version, path), Body=weights)


def point_to(aws: Aws, version: str) -> None:
    pointer = json.dumps({"model_version": version})
    aws.s3.put_object(Bucket="models", Key=model_layout.POINTER_KEY, Body=pointer)


def test_a_new_version_is_loaded_after_thirty_seconds(
    aws: Aws, model: CurrentModel, clock: Clock
) -> None:
    first = model.get()
    put_version(aws, "next-1")
    point_to(aws, "next-1")
    clock.seconds = 29
    assert model.get() is first
    clock.seconds = 31
    assert model.get().card.model_version == "next-1"


def test_an_unchanged_pointer_loads_nothing(model: CurrentModel, clock: Clock) -> None:
    first = model.get()
    clock.seconds = 31
    assert model.get() is first


def test_a_version_that_cannot_be_loaded_leaves_the_model(
    aws: Aws, model: CurrentModel, clock: Clock
) -> None:
    first = model.get()
    point_to(aws, "missing-1")
    clock.seconds = 31
    assert model.get() is first


def test_a_card_of_another_version_is_refused(aws: Aws, model: CurrentModel) -> None:
    put_version(aws, "next-1", model_version="another-1")
    point_to(aws, "next-1")
    for _ in range(2):
        with pytest.raises(ModelError):
            model.get()


def test_without_a_pointer_there_is_no_model(aws: Aws, model: CurrentModel) -> None:
    aws.s3.delete_object(Bucket="models", Key=model_layout.POINTER_KEY)
    with pytest.raises(ModelMissingError):
        model.get()
