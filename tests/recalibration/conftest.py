"""A site with its first settings in a moto account, and films of it that doctors have reviewed."""

import json
from typing import Any

import pytest

from contracts import keys
from contracts.sites import SiteSettings
from recalibration.target import Target
from tests.conftest import Golden
from tests.lambdas.calls import Aws
from tests.lambdas.conftest import aws, decoder_process, moto_state, moto_url, redis_url
from tests.recalibration.reviewed_site import CARD, NORTH, PutFilms, store

__all__ = ["aws", "decoder_process", "moto_state", "moto_url", "redis_url"]


@pytest.fixture
def target(aws: Aws) -> Target:
    target = Target(
        s3=aws.s3,
        facts_bucket="facts",
        images_bucket="pictures",
        models_bucket="models",
        by="operator",
    )
    settings = SiteSettings(prevalence=0.5)
    store(target).read_or_create(NORTH, deployed=settings, at="2026-11-28T16:00:00.000Z")
    return target


@pytest.fixture
def put_films(aws: Aws, golden: Golden) -> PutFilms:
    """Puts facts of films that were answered and reviewed."""
    kinds = ("created", "received", "screened", "reviewed")

    def put(count: int, finding: str = "", *, is_blind: bool = False, **answer: Any) -> None:
        for _ in range(count):
            number = len(aws.s3.list_objects_v2(Bucket="facts").get("Contents", []))
            radiograph = keys.radiograph_id(NORTH, str(number))
            for sequence, kind in enumerate(kinds, start=1):
                fact = golden(f"facts/{kind}.json")
                fact |= {"radiograph_id": radiograph, "sequence": sequence}
                if kind == "screened":
                    fact["answer"] |= {"cautions": [], "model_version": CARD["model_version"]}
                    fact["answer"] |= answer
                if kind == "reviewed":
                    fact["finding"] = finding or answer["decision"]
                    fact["is_blind"] = is_blind
                key = keys.fact(radiograph, sequence)
                aws.s3.put_object(Bucket="facts", Key=key, Body=json.dumps(fact))
            index = keys.index(NORTH, "2026-11-28T16:00:00.000Z", radiograph)
            aws.s3.put_object(Bucket="facts", Key=index)

    return put
