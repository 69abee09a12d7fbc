"""`make run` starts and serves with thousands of films in its data folder."""

import time
from collections.abc import Iterator

import pytest
import requests

from benchmarks.synthetic_films import build_films, store_facts
from contracts import keys
from local.aws.clients import build_client
from local.aws.resources import FACTS_BUCKET
from reliability.running_system import SITE
from tests.running_system import RunningSystem, start_system

FILMS, PAGE = 5_000, 25
# A start takes at most 15 seconds, and longer on a machine that does other work.
START_SECONDS = 60.0


@pytest.fixture(scope="module")
def start() -> dict[str, float]:
    return {}


@pytest.fixture(scope="module")
def full_system(
    tmp_path_factory: pytest.TempPathFactory, start: dict[str, float]
) -> Iterator[RunningSystem]:
    folder = tmp_path_factory.mktemp("many")
    (folder / "data").mkdir()
    store_facts(folder, FILMS)
    began = time.monotonic()
    system = start_system(folder)
    start["seconds"] = time.monotonic() - began
    yield system
    system.stop()


def test_a_system_with_thousands_of_films_starts(
    full_system: RunningSystem, start: dict[str, float]
) -> None:
    assert start["seconds"] < START_SECONDS
    response = requests.get(
        f"{full_system.url}/v1/radiographs", headers=full_system.auth_headers(), timeout=30
    )
    newest = list(build_films(FILMS))[: -PAGE - 1 : -1]
    assert [view["id"] for view in response.json()["radiographs"]] == [
        film.radiograph_id for film in newest
    ]


def test_the_health_check_answers_without_a_list_of_objects(full_system: RunningSystem) -> None:
    """The start asks this page twenty times a second, and waits a second for it."""
    response = requests.get(f"{full_system.aws_url}/moto-api/config", timeout=1)
    assert response.ok
    assert len(response.content) < 1000


def test_a_page_of_the_index_is_the_page_of_all_its_keys(full_system: RunningSystem) -> None:
    s3 = build_client("s3", full_system.aws_url)
    prefix = keys.index_prefix(SITE)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=FACTS_BUCKET, Prefix=prefix)
    names = [entry["Key"] for page in pages for entry in page["Contents"]]
    assert len(names) == FILMS
    assert names == sorted(next(iter(film.facts)) for film in build_films(FILMS))
    page = s3.list_objects_v2(
        Bucket=FACTS_BUCKET, Prefix=prefix, StartAfter=names[999], MaxKeys=PAGE
    )
    assert [entry["Key"] for entry in page["Contents"]] == names[1000 : 1000 + PAGE]
