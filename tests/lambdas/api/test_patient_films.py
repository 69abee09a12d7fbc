"""The other films of a patient are found by the whole id, at the own site alone, by one listing."""

import json

import pytest
from PIL import Image

from contracts import keys
from lambdas import delete_radiograph, refill_cache
from lambdas.api import patient_films
from lambdas.api.services import services
from lambdas.search_words import build_patient_text
from phantoms.file_formats import encode_dicom, encode_image, grey_ramp
from tests.lambdas.api.test_read_radiographs import count_redis_calls
from tests.lambdas.calls import ADMINISTRATOR, DOCTOR, SOUTH, Api, Aws, Context, run_screening
from tests.lambdas.s3_calls import S3Calls


def screen(aws: Aws, api: Api, key: str, content: bytes, claims: dict[str, str] = DOCTOR) -> str:
    body = {"file_name": f"{key}.dcm", "bytes": 1000}
    created = api("POST", "/radiographs", body=body, key=key, claims=claims)[1]
    radiograph = str(created["radiograph"]["id"])
    aws.upload(radiograph, content)
    assert run_screening(radiograph) == []
    return radiograph


def encode(number: int, **tags: object) -> bytes:
    """A film of patient "P-77", with bytes of its own."""
    return encode_dicom(grey_ramp(60 + number), **{"PatientID": "P-77", **tags})


def find(api: Api, radiograph: str, claims: dict[str, str] = DOCTOR) -> dict[str, object]:
    status, body = api("GET", f"/radiographs/{radiograph}/patient-films", claims=claims)
    assert status == 200, body
    assert body.pop("radiograph")["id"] == radiograph
    return {**body, "other_radiographs": [view["id"] for view in body["other_radiographs"]]}


@pytest.fixture
def films(aws: Aws, api: Api) -> list[str]:
    """Three films of one patient, the newest last, in a complete index."""
    films = [screen(aws, api, f"k{number}", encode(number)) for number in range(3)]
    refill_cache.handler({}, Context())
    return films


def test_the_other_films_of_the_patient_come_newest_first(api: Api, films: list[str]) -> None:
    flags = {"has_patient_id": True, "has_more": False, "complete": True}
    assert find(api, films[1]) == {"other_radiographs": [films[2], films[0]], **flags}
    body = api("GET", f"/radiographs/{films[0]}/patient-films")[1]
    assert body["other_radiographs"][0]["patient"]["patient_id"] == "P-77"
    assert body["other_radiographs"][0]["rendition_url"] is None


def test_another_patient_and_another_site_are_left_out(
    aws: Aws, api: Api, films: list[str]
) -> None:
    """Ids with the same words, or that begin so, are those of others."""
    for number, patient_id in enumerate(("P-770", "77-P", "77", "p-77", "P77")):
        other = screen(aws, api, f"other{number}", encode(10 + number, PatientID=patient_id))
        assert find(api, other)["other_radiographs"] == []
    south = screen(aws, api, "south", encode(20), SOUTH)
    assert find(api, south, SOUTH)["other_radiographs"] == []
    assert set(find(api, films[0])["other_radiographs"]) == {films[1], films[2]}  # type: ignore[call-overload]
    for radiograph in (films[0], "a" * 26, "none"):
        assert api("GET", f"/radiographs/{radiograph}/patient-films", claims=SOUTH)[0] == 404


def test_an_administrator_of_the_site_finds_them_too(aws: Aws, api: Api, films: list[str]) -> None:
    assert find(api, films[0], ADMINISTRATOR) == find(api, films[0])


def test_it_costs_one_listing_and_a_read_of_redis_for_each_film(
    aws: Aws, api: Api, films: list[str]
) -> None:
    find(api, films[0])
    calls, before = S3Calls(aws.s3), count_redis_calls(aws)
    find(api, films[0])
    assert calls.names == ["ListObjectsV2"]
    # The film, the two others in one request, and the logout of the token.
    assert count_redis_calls(aws) - before == 4


def test_no_opening_is_recorded(aws: Aws, api: Api, films: list[str]) -> None:
    find(api, films[0])
    assert "Contents" not in aws.s3.list_objects_v2(Bucket="facts", Prefix="views/")


@pytest.mark.parametrize("tags", [{"PatientID": None}, {"PatientID": "ANONYMOUS"}])
def test_a_film_without_a_patient_id_has_no_others(
    aws: Aws, api: Api, films: list[str], tags: dict[str, object]
) -> None:
    """Nor has one whose id stands for nobody, although others have the same."""
    tags = {"PatientName": "Garcia^Ana", **tags}
    if tags["PatientID"] is None:
        del tags["PatientID"]
        contents = [encode_dicom(grey_ramp(80 + number), **tags) for number in range(2)]
    else:
        contents = [encode(30 + number, **tags) for number in range(2)]
    first, _ = (screen(aws, api, f"n{number}", each) for number, each in enumerate(contents))
    calls = S3Calls(aws.s3)
    assert find(api, first) == {
        "other_radiographs": [],
        "has_patient_id": False,
        "has_more": False,
        "complete": True,
    }
    assert calls.names == []


def test_a_png_has_no_patient(aws: Aws, api: Api) -> None:
    film = screen(aws, api, "png", encode_image(Image.fromarray(grey_ramp())))
    assert not find(api, film)["has_patient_id"]


def test_without_a_complete_index_the_newest_films_are_looked_at(
    aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on the first day of a site: all of it is among them, so nothing is missing."""
    films = [screen(aws, api, f"k{number}", encode(number)) for number in range(2)]
    assert find(api, films[0])["other_radiographs"] == [films[1]]
    assert find(api, films[0])["complete"]
    monkeypatch.setattr(patient_films, "_NEWEST_WITHOUT_INDEX", 1)
    assert not find(api, films[0])["complete"]


def test_films_from_before_are_found_after_a_rebuild(
    aws: Aws, api: Api, films: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have entries for their words alone, in an index that was complete then."""
    monkeypatch.setattr(patient_films, "_NEWEST_WITHOUT_INDEX", 1)
    text = build_patient_text("P-77")
    [id_hash] = services().search.hash_texts("siteNorth", {text})
    for film in films:
        key = keys.identity(film)
        identity = json.loads(aws.s3.get_object(Bucket="pictures", Key=key)["Body"].read())
        identity["search"].remove(id_hash)
        aws.s3.put_object(Bucket="pictures", Key=key, Body=json.dumps(identity))
    prefix = keys.search_prefix("siteNorth", id_hash)
    for entry in aws.s3.list_objects_v2(Bucket="pictures", Prefix=prefix)["Contents"]:
        aws.s3.delete_object(Bucket="pictures", Key=entry["Key"])
    progress = keys.search_progress("siteNorth")
    aws.s3.put_object(Bucket="pictures", Key=progress, Body=b'{"after": ""}')
    services.cache_clear()
    assert find(api, films[0])["other_radiographs"] == [films[2]]  # The newest.
    assert not find(api, films[0])["complete"]
    refill_cache.handler({}, Context())
    assert find(api, films[0])["other_radiographs"] == [films[2], films[1]]
    assert find(api, films[0])["complete"]


def test_a_deleted_film_leaves_the_index(
    aws: Aws, api: Api, films: list[str], closed_upload_form: None
) -> None:
    event = {"radiograph_id": films[1], "by": "AIDA2EXAMPLE"}
    assert delete_radiograph.handler(event, Context())["is_complete"]
    assert find(api, films[0])["other_radiographs"] == [films[2]]
    prefix = "index/siteNorth/patient/"
    versions = aws.s3.list_object_versions(Bucket="pictures", Prefix=prefix)
    entries = [*versions.get("Versions", []), *versions.get("DeleteMarkers", [])]
    assert [each["Key"] for each in entries if films[1] in each["Key"]] == []
    assert api("GET", f"/radiographs/{films[1]}/patient-films")[0] == 404


def test_an_entry_too_many_shows_no_film_of_another_patient(
    aws: Aws, api: Api, films: list[str]
) -> None:
    other = screen(aws, api, "other", encode(11, PatientID="P-78"))
    [entry] = services().index.list_page("siteNorth", after=None, limit=1).entries
    assert entry.endswith(other)
    hashes = services().search.hash_texts("siteNorth", {build_patient_text("P-77")})
    services().search.add_entries("siteNorth", entry, hashes)
    assert find(api, films[2])["other_radiographs"] == [films[1], films[0]]


def test_of_many_films_the_newest_are_listed(
    api: Api, films: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_films, "MAX_PATIENT_FILMS", 2)
    assert find(api, films[0])["other_radiographs"] == [films[2], films[1]]
    assert not find(api, films[0])["has_more"]
    monkeypatch.setattr(patient_films, "MAX_PATIENT_FILMS", 1)
    assert find(api, films[0]) == {
        "other_radiographs": [films[2]],
        "has_patient_id": True,
        "has_more": True,
        "complete": True,
    }
