"""A view says that a file has arrived, also before its event: nobody waits for it in vain."""

from datetime import timedelta

import pytest

from lambdas import clock
from tests.lambdas.calls import PNG, Api, Aws, list_worklist, read_view, run_screening
from tests.lambdas.s3_calls import S3Calls


def test_a_file_has_arrived_once_it_is_in_storage(aws: Aws, api: Api) -> None:
    radiograph, other = api.create("k1"), api.create("k2")
    assert read_view(api, radiograph)["has_arrived"] is False
    aws.upload(radiograph, PNG)
    view = read_view(api, radiograph)
    assert (view["state"], view["has_arrived"]) == ("awaiting_upload", True)
    assert read_view(api, other)["has_arrived"] is False
    assert [view.has_arrived for view in list_worklist(api).radiographs] == [False, True]
    run_screening(radiograph)
    assert read_view(api, radiograph)["has_arrived"] is True


def test_an_answer_is_not_looked_for_again(aws: Aws, api: Api) -> None:
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    run_screening(radiograph)
    calls = S3Calls(aws.s3)
    read_view(api, radiograph)
    # The audit entry of who opened it.
    assert calls.names in (["PutObject"], ["HeadObject", "PutObject"])


@pytest.mark.parametrize(
    ("minutes", "state", "arrived"), [(30, "expired", True), (61, "expired", False)]
)
def test_an_upload_that_expired_long_ago_is_not_asked_for(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch, minutes: int, state: str, *, arrived: bool
) -> None:
    radiograph = api.create()
    aws.upload(radiograph, PNG)
    later = clock.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: later)
    view = read_view(api, radiograph)
    assert (view["state"], view["has_arrived"]) == (state, arrived)
