"""Administrators see the counts of their own site's last two weeks."""

from datetime import timedelta
from unittest.mock import patch

from lambdas import clock
from tests.lambdas.calls import ADMINISTRATOR, SOUTH, Api, Aws, screen_phantom


def test_films_reviews_and_decisions_are_counted(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    api("POST", f"/radiographs/{radiograph}/reviews", body={"finding": "cannot_tell"})
    api.create("waiting")
    status, overview = api("GET", "/overview", claims=ADMINISTRATOR)
    [day] = overview["days"]
    assert (status, overview["complete"], day["radiographs"]) == (200, True, 2)
    assert day["day"] == clock.to_text(clock.now())[:10]
    assert day["outcomes"]["awaiting_upload"] == 1 and sum(day["outcomes"].values()) == 2
    assert day["verdicts"] == {"neither": 1}


def test_another_site_and_earlier_weeks_do_not_count(aws: Aws, api: Api) -> None:
    api("POST", "/radiographs", body={"file_name": "a", "bytes": 1}, key="k", claims=SOUTH)
    api.create("one")
    later = clock.now() + timedelta(days=15)
    with patch("lambdas.api.overview.clock.now", return_value=later):
        assert api("GET", "/overview", claims=ADMINISTRATOR)[1]["days"] == []
    assert api("GET", "/overview", claims=ADMINISTRATOR)[1]["days"][0]["radiographs"] == 1


def test_a_page_that_counts_not_all_says_so(aws: Aws, api: Api) -> None:
    for number in range(3):
        api.create(str(number))
    with patch("lambdas.api.overview._MAX_EXAMINED", 2):
        _, overview = api("GET", "/overview", claims=ADMINISTRATOR)
    assert (overview["complete"], overview["days"][0]["radiographs"]) == (False, 2)


def test_a_doctor_is_refused(aws: Aws, api: Api) -> None:
    assert api("GET", "/overview")[0] == 403
