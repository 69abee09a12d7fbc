"""Films that were deleted at the stage, or are not lent any more, leave a snapshot before a run."""

from pathlib import Path

import pytest

from collection.check import GoneFilmsError, check_before_training
from collection.snapshot import PROVENANCE, STAGING, read_provenance, read_snapshot
from tests.collection.labelled_films import Collect
from tests.collection.reviewed_films import SOUTH, ReviewedFilms
from tests.training.sources.preparation import read_manifest_rows
from training import __main__ as training_command
from training.data.manifest import FOLDER
from training.sources.errors import SourceError

PAIR = ("pneumonia", "pneumonia")


@pytest.fixture
def ids(films: ReviewedFilms, collect: Collect) -> list[str]:
    """The films of a snapshot, of which one was reviewed once more since."""
    ids = [films.put(f"film-{number}", *PAIR, patient=f"P-{number}") for number in (1, 2, 4)]
    assert collect() == 0
    films.add(ids[0], "reviewed", by="doctor-9", review_id="review-9")
    return ids


def test_nothing_happens_to_a_snapshot_whose_films_are_all_there(ids: list[str], out: Path) -> None:
    before = read_manifest_rows(out)
    check_before_training(out)
    assert read_manifest_rows(out) == before


def test_a_deleted_film_leaves_the_snapshot_without_a_trace(
    ids: list[str], films: ReviewedFilms, out: Path
) -> None:
    gone = next(film for film in read_provenance(out) if film.radiograph == ids[0])
    films.add(ids[0], "deleted", sequence=7)
    with pytest.raises(GoneFilmsError, match=r"1 films of .* were deleted at dev"):
        check_before_training(out)
    assert {film.radiograph for film in read_provenance(out)} == {*ids[1:]}
    assert len(read_manifest_rows(out)) == 2
    texts = [path.read_bytes() for path in (out / FOLDER).rglob("*") if path.is_file()]
    for trace in (gone.sha256, gone.file, gone.radiograph):
        assert not any(trace.encode() in text for text in texts)
    assert not gone.path(out).exists()
    # The same command again goes on.
    check_before_training(out)


def test_a_film_whose_facts_are_gone_counts_as_deleted(
    ids: list[str], films: ReviewedFilms, out: Path
) -> None:
    listing = films.s3.list_objects_v2(Bucket="facts", Prefix=f"facts/{ids[1]}/")
    for item in listing["Contents"]:
        films.s3.delete_object(Bucket="facts", Key=item["Key"])
    with pytest.raises(GoneFilmsError):
        check_before_training(out)
    assert {film.radiograph for film in read_provenance(out)} == {ids[0], ids[2]}


def test_a_site_that_no_longer_lends_its_films_takes_them_back(
    ids: list[str], films: ReviewedFilms, collect: Collect, out: Path
) -> None:
    films.put("south", *PAIR, site=SOUTH)
    films.allow_training(SOUTH)
    assert collect() == 0
    films.allow_training(SOUTH, is_allowed=False)
    with pytest.raises(GoneFilmsError, match="no longer lends"):
        check_before_training(out)
    assert {film.site for film in read_provenance(out)} == {"siteNorth"}


def test_a_refresh_says_how_many_films_it_removed(
    ids: list[str],
    films: ReviewedFilms,
    collect: Collect,
    out: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    films.add(ids[1], "deleted")
    (out / STAGING).mkdir()
    assert collect("--refresh") == 0
    assert not (out / STAGING).exists()
    assert "1 films were removed" in capsys.readouterr().out
    assert {film.radiograph for film in read_provenance(out)} == {ids[0], ids[2]}


def test_a_refresh_needs_a_snapshot(
    films: ReviewedFilms, collect: Collect, capsys: pytest.CaptureFixture[str]
) -> None:
    assert collect("--refresh") == 2
    assert "is no snapshot of a stage" in capsys.readouterr().err


def test_a_snapshot_that_was_never_finished_is_refused(ids: list[str], out: Path) -> None:
    (out / PROVENANCE).unlink()
    with pytest.raises(SourceError, match="is not complete"):
        check_before_training(out)


def test_a_run_stops_before_it_trains_on_a_deleted_film(
    ids: list[str], films: ReviewedFilms, out: Path
) -> None:
    films.add(ids[1], "deleted")
    with pytest.raises(GoneFilmsError, match="Start the same command again"):
        training_command.run(["--recipe", "smoke", "--data", str(out)])


def test_a_launch_stops_before_it_uploads_a_deleted_film(
    ids: list[str], films: ReviewedFilms, out: Path
) -> None:
    films.add(ids[1], "deleted")
    process = films.stage.run("launch", "--recipe", "smoke", "--data", str(out))
    assert process.returncode == 2
    assert "may not be trained on any more" in process.stderr
    assert films.stage.objects("training/") == {}


def test_without_the_stage_the_last_comparison_is_named(
    ids: list[str],
    films: ReviewedFilms,
    out: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    films.add(ids[1], "deleted")
    films.stage.client("ssm").delete_parameter(Name="/chest-xray/dev/training")
    check_before_training(out)
    snapshot = read_snapshot(out)
    assert snapshot is not None
    output = capsys.readouterr().out
    assert (
        f"not compared with its stage dev, the last time on {snapshot.compared_at[:10]}" in output
    )
    assert len(read_provenance(out)) == 3


def test_a_data_set_that_is_no_snapshot_asks_no_stage(tmp_path: Path) -> None:
    check_before_training(tmp_path)
