"""Films of the canary are screened and listed like others, but neither counted nor kept."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from contracts import keys
from contracts.canary import CANARY_ID_PREFIX, CANARY_SITE
from contracts.metrics import SITE
from lambdas import clock, refill_cache
from lambdas.api.services import services
from lambdas.screening import handler
from local.log_metrics import parse_metrics
from tests.lambdas.calls import DOCTOR, Api, Aws, Context, screen_phantom
from tests.lambdas.deletion import delete, stored_versions

CLAIMS = {**DOCTOR, "cognito:groups": f"{CANARY_SITE},doctor,administrator"}


class CanaryApi(Api):
    """Calls the API as the canary's account."""

    def __call__(self, *arguments: Any, **options: Any) -> tuple[int, Any]:
        return super().__call__(*arguments, **{"claims": CLAIMS, **options})


@pytest.fixture
def canary(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> CanaryApi:
    monkeypatch.setenv(
        "SITES", f'{{"siteNorth": {{"prevalence": 0.1}}, "{CANARY_SITE}": {{"prevalence": 0.5}}}}'
    )
    return CanaryApi()


def list_keys(aws: Aws, bucket: str) -> list[str]:
    page = aws.s3.list_objects_v2(Bucket=bucket)
    return [each["Key"] for each in page.get("Contents", [])]


def test_its_film_is_in_the_list_to_review_and_in_no_index(aws: Aws, canary: CanaryApi) -> None:
    film = screen_phantom(aws, canary)
    _, page = canary("GET", "/radiographs", query={"filter": "to_review"})
    assert [each["id"] for each in page["radiographs"]] == [film]
    stored = list_keys(aws, "facts") + list_keys(aws, "pictures")
    assert not [key for key in stored if key.startswith("index/")]


def test_its_films_are_no_metric_of_a_site(
    aws: Aws, canary: CanaryApi, capsys: pytest.CaptureFixture[str]
) -> None:
    screen_phantom(aws, canary)
    metrics = list(parse_metrics(capsys.readouterr().out.splitlines()))
    assert metrics
    assert not [each for each in metrics if SITE in each.dimensions]


def test_the_refill_reads_no_film_of_it(aws: Aws, canary: CanaryApi) -> None:
    screen_phantom(aws, canary)
    screen_phantom(aws, Api(), "a patient's")
    assert refill_cache.handler({}, Context()) == {"siteNorth": 1}


@pytest.mark.usefixtures("closed_upload_form")
def test_nothing_of_its_film_is_left_after_the_deletion_but_facts(
    aws: Aws, canary: CanaryApi
) -> None:
    film = screen_phantom(aws, canary)
    assert delete(film)["is_complete"]
    assert stored_versions(aws) == []
    assert {key.split("/")[0] for key in list_keys(aws, "facts")} == {"facts", "sites"}


def test_all_ids_of_its_films_have_the_prefix_by_which_s3_removes_them(
    aws: Aws, canary: CanaryApi
) -> None:
    film = canary.create("one")
    assert film.startswith(CANARY_ID_PREFIX)
    assert canary.create("two") != film
    assert not Api().create("one").startswith(CANARY_ID_PREFIX)


def test_its_facts_are_locked_for_a_day_and_others_as_the_bucket_says(
    aws: Aws, canary: CanaryApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = {"Mode": "COMPLIANCE", "Days": 2190}
    aws.s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    aws.s3.put_object_lock_configuration(
        Bucket="locked",
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": lock},
        },
    )
    monkeypatch.setenv("FACTS_BUCKET", "locked")
    monkeypatch.setenv("LOCKS_FACTS", "yes")
    services.cache_clear()
    handler.pipeline.cache_clear()
    films = {screen_phantom(aws, canary): 1, screen_phantom(aws, Api(), "a patient's"): 2190}
    for film, days in films.items():
        end = clock.now() + timedelta(days=days)
        for sequence in (1, 2, 3):
            fact = aws.s3.head_object(Bucket="locked", Key=keys.fact(film, sequence))
            assert fact["ObjectLockMode"] == "COMPLIANCE"
            assert abs(fact["ObjectLockRetainUntilDate"] - end) < timedelta(minutes=5)


def test_a_bucket_without_a_lock_takes_no_retention(aws: Aws) -> None:
    """So the functions must know whether there is a lock."""
    with pytest.raises(ClientError, match="ObjectLockConfiguration"):
        aws.s3.put_object(
            Bucket="facts",
            Key="facts/x",
            ObjectLockMode="COMPLIANCE",
            ObjectLockRetainUntilDate=clock.now() + timedelta(days=1),
        )
