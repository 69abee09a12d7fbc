"""Outcomes are imported once all lines are right, and readers and writers know them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lambdas import refill_cache
from outcomes.command import Target, import_outcomes
from outcomes.table import OutcomesError
from tests.lambdas.calls import (
    ADMINISTRATOR,
    SOUTH,
    Api,
    Aws,
    Context,
    run_screening,
    screen_phantom,
)
from tests.lambdas.conftest import api, aws, decoder_process, moto_state, moto_url, redis_url
from tests.lambdas.deletion import delete

__all__ = ["api", "aws", "decoder_process", "moto_state", "moto_url", "redis_url"]

NORTH = "siteNorth"
Import = Callable[..., str]


@pytest.fixture
def run(aws: Aws, tmp_path: Path) -> Import:
    """Imports lines, by default after a yes."""

    def run(
        *lines: str, confirm: Callable[[str], bool] = lambda _: True, has_refill: bool = True
    ) -> str:
        file = tmp_path / "outcomes.csv"
        file.write_text("\n".join(["film,finding,source,date", *lines]))
        target = Target(s3=aws.s3, facts_bucket="facts", by="operator")
        event = {"site": NORTH, "missing_only": True}

        def refill() -> None:
            if has_refill:
                refill_cache.handler(event, Context())

        return import_outcomes(target, NORTH, file, confirm=confirm, refill=refill)

    return run


@pytest.fixture
def film(aws: Aws, api: Api) -> str:
    return screen_phantom(aws, api, age_years=3)


def read_outcomes(api: Api, radiograph: str) -> list[tuple[str, str, str]]:
    _, view = api("GET", f"/radiographs/{radiograph}")
    return [(each["source"], each["finding"], each["observed_on"]) for each in view["outcomes"]]


def test_an_outcome_is_on_the_page_in_the_trail_and_in_the_overview(
    aws: Aws, api: Api, film: str, run: Import, capsys: pytest.CaptureFixture[str]
) -> None:
    assert aws.cached_record(film)["record"]["outcomes"] == []
    sentence = run(f"{film},pneumonia,ct,2026-11-02", f"{film},pneumonia,discharge,2026-11-09")
    assert sentence.startswith("2 outcomes stored.")
    assert capsys.readouterr().out.splitlines()[:4] == [
        "siteNorth, outcomes.csv: 2 outcomes of 1 film",
        "source              new   replaces  as before",
        "ct                    1          0          0",
        "discharge             1          0          0",
    ]
    assert read_outcomes(api, film) == [
        ("ct", "pneumonia", "2026-11-02"),
        ("discharge", "pneumonia", "2026-11-09"),
    ]
    _, trail = api("GET", f"/radiographs/{film}/audit", claims=ADMINISTRATOR)
    event = trail["events"][-1]
    assert (event["by"], event["outcome_source"], event["observed_on"]) == (
        "operator",
        "discharge",
        "2026-11-09",
    )
    _, overview = api("GET", "/overview", claims=ADMINISTRATOR)
    assert sum(overview["days"][0]["later_verdicts"].values()) == 1


def test_page_and_next_writer_know_an_outcome_without_the_refill(
    aws: Aws, api: Api, film: str, run: Import
) -> None:
    run(f"{film},pneumonia,ct,2026-11-02", has_refill=False)
    assert read_outcomes(api, film) == [("ct", "pneumonia", "2026-11-02")]
    path = f"/radiographs/{film}/reviews"
    assert api("POST", path, body={"finding": "no_pneumonia"})[0] == 201
    assert aws.fact_kinds(film)[-2:] == ["outcome_recorded", "reviewed"]
    assert aws.cached_record(film)["record"]["outcomes"] != []


def test_a_writer_meanwhile_loses_nothing(aws: Aws, api: Api, film: str, run: Import) -> None:
    def review(_: str) -> bool:
        path = f"/radiographs/{film}/reviews"
        return bool(api("POST", path, body={"finding": "pneumonia"})[0] == 201)

    run(f"{film},pneumonia,ct,2026-11-02", confirm=review)
    assert aws.fact_kinds(film)[-2:] == ["reviewed", "outcome_recorded"]


def test_a_film_that_is_deleted_meanwhile_is_said(aws: Aws, film: str, run: Import) -> None:
    def delete_film(_: str) -> bool:
        return bool(delete(film))

    assert f"Deleted meanwhile: {film}." in run(
        f"{film},pneumonia,ct,2026-11-02", confirm=delete_film
    )
    assert aws.fact_kinds(film)[-1] == "deleted"


def test_the_same_import_again_changes_nothing(
    aws: Aws, film: str, run: Import, capsys: pytest.CaptureFixture[str]
) -> None:
    line = f"{film},pneumonia,ct,2026-11-02"
    run(line)
    facts = aws.facts(film)
    assert run(line, line) == "All of it is stored already: nothing has changed."
    assert aws.facts(film) == facts
    assert "ct                    0          0          1" in capsys.readouterr().out


def test_a_later_outcome_replaces_that_of_its_source(api: Api, film: str, run: Import) -> None:
    run(f"{film},pneumonia,ct,2026-11-02")
    run(f"{film},no_pneumonia,ct,2026-11-03")
    assert read_outcomes(api, film) == [("ct", "no_pneumonia", "2026-11-03")]


def test_a_film_is_named_by_the_hash_of_its_file(
    aws: Aws, api: Api, film: str, run: Import
) -> None:
    sha256 = aws.cached_record(film)["record"]["sha256"]
    assert run(f"{sha256},other,follow_up,2026-11-02").startswith("1 outcome stored.")
    assert read_outcomes(api, film) == [("follow_up", "other", "2026-11-02")]


def test_without_a_yes_nothing_is_stored(aws: Aws, film: str, run: Import) -> None:
    with pytest.raises(OutcomesError, match=r"^Nothing was stored\.$"):
        run(f"{film},pneumonia,ct,2026-11-02", confirm=lambda _: False)
    assert aws.fact_kinds(film)[-1] == "screened"


def test_each_bad_line_is_named_and_nothing_is_stored(
    aws: Aws, api: Api, film: str, run: Import
) -> None:
    waiting = api.create("waiting")
    south = _create_elsewhere(api)
    with pytest.raises(OutcomesError) as error:
        run(
            f"{film},pneumonia,ct,2026-11-02",
            f"{film},no_pneumonia,ct,2026-11-02",
            f"{'a' * 26},pneumonia,ct,2026-11-02",
            f"{waiting},pneumonia,ct,2026-11-02",
            f"{south},pneumonia,ct,2026-11-02",
            f"{'0' * 64},pneumonia,ct,2026-11-02",
            f"{film},perhaps,ct,2026-11-02",
        )
    [title, *lines] = str(error.value).splitlines()
    assert title.endswith("has lines that are wrong. Nothing was stored:")
    assert lines == [
        "  line 3: it contradicts line 2, which is of the same film and source",
        f"  line 4: there is no film {'a' * 26}, or this release cannot read it",
        f"  line 5: film {waiting} has no answer; its state is awaiting_upload",
        f"  line 6: film {south} is not of siteNorth",
        f"  line 7: no film of siteNorth is a file with the SHA-256 {'0' * 64}",
        "  line 8: finding 'perhaps' is none of pneumonia, no_pneumonia, other",
    ]
    assert aws.fact_kinds(film)[-1] == "screened"


def test_two_films_of_one_file_are_told_apart_by_their_ids(
    aws: Aws, api: Api, film: str, run: Import
) -> None:
    other = api.create("another")
    body = aws.s3.get_object(Bucket="pictures", Key=f"radiographs/{film}/original")["Body"]
    aws.upload(other, body.read())
    run_screening(other)
    sha256 = aws.cached_record(film)["record"]["sha256"]
    with pytest.raises(OutcomesError, match="2 films of siteNorth are the same file"):
        run(f"{sha256},pneumonia,ct,2026-11-02")


def test_a_site_without_films_is_named(aws: Aws, run: Import) -> None:
    with pytest.raises(OutcomesError, match=r"SITE=siteNorth has no films\."):
        run(f"{'a' * 26},pneumonia,ct,2026-11-02")


def _create_elsewhere(api: Api) -> str:
    body: dict[str, Any] = {"file_name": "thorax.png", "bytes": 1000}
    _, created = api("POST", "/radiographs", body=body, key="south", claims=SOUTH)
    return str(created["radiograph"]["id"])
