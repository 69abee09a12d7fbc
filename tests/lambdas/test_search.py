"""A film is found by its patient and its file, however old it is, by the own site alone."""

import json

import pytest
from PIL import Image

from contracts import keys
from lambdas import delete_radiograph, refill_cache
from lambdas.api import search_radiographs
from lambdas.identity import StoredIdentity
from lambdas.screening import handler
from phantoms.file_formats import encode_dicom, encode_image, grey_ramp
from tests.lambdas.calls import DOCTOR, SOUTH, Api, Aws, Context, run_screening
from tests.lambdas.s3_calls import S3Calls

PNG = encode_image(Image.fromarray(grey_ramp()))
TAGS = {"PatientName": "Müller^José", "PatientID": "P-77", "AccessionNumber": "A1234567"}
PATIENT = encode_dicom(grey_ramp(), SpecificCharacterSet="ISO_IR 192", **TAGS)
INDEX = "index/siteNorth/patient/"


def search(api: Api, text: str, claims: dict[str, str] = DOCTOR) -> list[str]:
    body = {"file_name": text}
    status, page = api("POST", "/radiographs/search", body=body, claims=claims)
    assert status == 200
    return [view["id"] for view in page["radiographs"]]


def screen(aws: Aws, api: Api, key: str, file_name: str, content: bytes = PNG) -> str:
    radiograph = api.create(key, file_name=file_name)
    aws.upload(radiograph, content)
    assert run_screening(radiograph) == []
    return radiograph


def list_entries(aws: Aws, radiograph: str) -> list[str]:
    listing = aws.s3.list_objects_v2(Bucket="pictures", Prefix=INDEX)
    return [each["Key"] for each in listing.get("Contents", []) if radiograph in each["Key"]]


@pytest.fixture
def index_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No film is among the newest, which are searched without the index."""
    monkeypatch.setattr(search_radiographs, "_NEWEST", 1)
    monkeypatch.setattr(search_radiographs, "_NEWEST_WITHOUT_INDEX", 1)


@pytest.fixture
def film(aws: Aws, api: Api, index_alone: None) -> str:
    """A film with a patient, which is not the newest."""
    film = screen(aws, api, "k1", "IM000001.dcm", PATIENT)
    screen(aws, api, "k2", "IM000002.dcm")
    return film


def test_a_film_is_found_by_its_patient_and_its_file(aws: Aws, api: Api, film: str) -> None:
    for text in ("muller", "jose mül", "P-77", "a1234567", "im000001.dcm", "IM000001 jose"):
        assert search(api, text) == [film], text
    assert len(search(api, "im00")) == 2
    assert search(api, "muller smith") == search(api, "P-78") == search(api, "-") == []
    assert search(api, "muller", SOUTH) == []


def test_neither_key_nor_entry_names_anybody(aws: Aws, film: str) -> None:
    entries = list_entries(aws, film)
    # 3 letters or more: im000001, muller, jose, 77, p, a1234567; and the whole id
    assert len(entries) == 6 + 4 + 2 + 1 + 1 + 6 + 1
    assert not [
        key for key in entries if any(each in key for each in ("mul", "jos", "im0", "P-77"))
    ]
    listing = aws.s3.list_objects_v2(Bucket="pictures", Prefix=INDEX)
    assert {each["Size"] for each in listing["Contents"]} == {0}


def test_a_search_costs_one_call_for_the_newest_and_one_for_each_word(
    aws: Aws, api: Api, film: str
) -> None:
    refill_cache.handler({}, Context())
    search(api, "muller")
    calls = S3Calls(aws.s3)
    assert search(api, "jose muller") == [film]
    assert calls.names == ["ListObjectsV2"] * 3


def test_words_are_searchable_before_there_is_an_answer(aws: Aws, api: Api) -> None:
    assert search(api, "thorax") == []
    radiograph = api.create(file_name="thorax.png")
    assert search(api, "thorax") == [radiograph]


def test_a_search_says_that_older_films_may_be_missing_until_the_index_is_complete(
    aws: Aws, api: Api, film: str
) -> None:
    body = {"file_name": "smith"}
    assert api("POST", "/radiographs/search", body=body)[1]["cursor"] is not None
    refill_cache.handler({}, Context())
    assert api("POST", "/radiographs/search", body=body)[1]["cursor"] is None


def test_a_rebuild_makes_the_entries_anew_and_removes_others(aws: Aws, api: Api, film: str) -> None:
    """As after an upgrade, or with another secret: no word has the hash that it had."""
    entries = list_entries(aws, film)
    key = keys.identity(film)
    identity = json.loads(aws.s3.get_object(Bucket="pictures", Key=key)["Body"].read())
    other = "mzxw6ytboi4dsnrsgm2tinzxge"
    stale = entries[0].replace(entries[0].split("/")[3], other)
    aws.s3.put_object(Bucket="pictures", Key=stale, Body=b"")
    aws.s3.delete_object(Bucket="pictures", Key=entries[0])
    identity["search"] = [other]
    aws.s3.put_object(Bucket="pictures", Key=key, Body=json.dumps(identity))
    refill_cache.handler({}, Context())
    assert list_entries(aws, film) == entries


def test_a_rebuild_of_what_is_right_writes_no_entry(aws: Aws, api: Api, film: str) -> None:
    refill_cache.handler({}, Context())
    calls = S3Calls(aws.s3)
    refill_cache.handler({}, Context())
    assert "PutObject" not in calls.names
    assert "DeleteObject" not in calls.names


def test_a_deletion_removes_the_entries(
    aws: Aws, api: Api, film: str, closed_upload_form: None
) -> None:
    event = {"radiograph_id": film, "by": "AIDA2EXAMPLE"}
    assert delete_radiograph.handler(event, Context())["is_complete"]
    versions = aws.s3.list_object_versions(Bucket="pictures", Prefix=INDEX)
    entries = [*versions.get("Versions", []), *versions.get("DeleteMarkers", [])]
    assert [each["Key"] for each in entries if film in each["Key"]] == []
    assert search(api, "muller") == []


def test_a_film_that_is_deleted_meanwhile_keeps_no_entry(aws: Aws, api: Api, film: str) -> None:
    """The screening function has read the identity before its removal, and adds entries after."""
    pipeline = handler.pipeline()
    identity = pipeline.identities.read(film)
    record = pipeline.receiver.records.read(film)
    assert record is not None
    for key in (*list_entries(aws, film), keys.identity(film)):
        aws.s3.delete_object(Bucket="pictures", Key=key)
    fields = {name: value for name, value in identity.fields.items() if name != "search"}
    pipeline.writer.search.update(record, StoredIdentity(fields=fields, etag=identity.etag))
    assert list_entries(aws, film) == []
