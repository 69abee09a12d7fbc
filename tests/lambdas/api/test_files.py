"""The report of a radiograph and the table of a list, for the doctors of its site."""

import csv
import io
import json

import pypdf
import pytest
from PIL import Image

from contracts import keys
from lambdas.api import export_list
from phantoms.chest import draw_phantom
from phantoms.file_formats import encode_image
from tests.lambdas.calls import (
    ADMINISTRATOR,
    DOCTOR,
    SOUTH,
    Api,
    Aws,
    list_worklist,
    run_screening,
    screen_phantom,
)


def read_table(api: Api, **query: str) -> list[list[str]]:
    status, content = api("GET", "/radiographs/export", query=query)
    assert status == 200
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]


def test_a_report_names_the_patient_also_where_redis_does_not(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    key = keys.identity(radiograph)
    identity = json.loads(aws.s3.get_object(Bucket="pictures", Key=key)["Body"].read())
    identity["dicom"] = {"patient_id": "ANNA-1"}
    aws.s3.put_object(Bucket="pictures", Key=key, Body=json.dumps(identity))
    _, content = api("GET", f"/radiographs/{radiograph}/report")
    assert "ANNA-1" in pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text()


def test_a_report_is_a_pdf_of_what_is_stored(aws: Aws, api: Api) -> None:
    radiograph = api.create(file_name="Žofia.png", age_years=3)
    aws.upload(radiograph, encode_image(Image.fromarray(draw_phantom(opacity=True))))
    run_screening(radiograph)
    body = {"finding": "pneumonia", "note": "Left."}
    claims = {**DOCTOR, "name": "Ada Nord"}
    api("POST", f"/radiographs/{radiograph}/reviews", body=body, claims=claims)
    _, content = api("GET", f"/radiographs/{radiograph}/report", claims=claims)
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    text = " ".join(page.extract_text() for page in pages)
    assert [
        each for each in ("Žofia.png", "Ada Nord", "Left.", radiograph) if each not in text
    ] == []
    assert {image.name for page in pages for image in page.images} == {"I1.jpg", "I2.jpg"}


def test_a_report_of_a_film_without_evidence_has_no_map(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api, age_years=3)
    _, content = api("GET", f"/radiographs/{radiograph}/report")
    [page, *_] = pypdf.PdfReader(io.BytesIO(content)).pages
    assert [image.name for image in page.images] == ["I1.jpg"]


@pytest.mark.parametrize("path", ["/radiographs/{}/report", "/radiographs/export"])
def test_only_doctors_read_files(aws: Aws, api: Api, path: str) -> None:
    path = path.format(screen_phantom(aws, api))
    assert api("GET", path, claims=ADMINISTRATOR)[0] == 403


def test_another_site_gets_no_report_and_no_row(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    assert api("GET", f"/radiographs/{radiograph}/report", claims=SOUTH)[0] == 404
    _, content = api("GET", "/radiographs/export", claims=SOUTH)
    assert radiograph not in content.decode()


def test_there_is_no_report_before_an_answer(api: Api) -> None:
    assert api("GET", f"/radiographs/{api.create()}/report")[0] == 409


def test_a_table_has_the_rows_of_its_list(aws: Aws, api: Api) -> None:
    answered = screen_phantom(aws, api, "k1", file_name="=1+1.png")
    text = api.create("k2", file_name="b.png")
    aws.upload(text, b"The patient coughs.")
    run_screening(text)
    assert [row[:2] for row in read_table(api)] == [[text, "b.png"], [answered, "'=1+1.png"]]
    assert [row[0] for row in read_table(api, filter="rejected")] == [text]


def test_a_table_has_what_a_search_found(aws: Aws, api: Api) -> None:
    radiograph = api.create("k1", file_name="anna.png")
    api.create("k2", file_name="ben.png")
    _, worklist = api("POST", "/radiographs/search", body={"file_name": "anna"})
    search_id = worklist["search"]["id"]
    assert [row[0] for row in read_table(api, search=search_id)] == [radiograph]
    other = {**DOCTOR, "sub": "another-doctor"}
    path, query = "/radiographs/export", {"search": search_id}
    assert api("GET", path, query=query, claims=other)[0] == 404


def test_a_table_that_is_cut_says_so(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_list, "MAX_EXPORT_ROWS", 2)
    for key in ("k1", "k2"):
        api.create(key)
    assert len(read_table(api)) == 2
    newest = api.create("k3")
    table = read_table(api)
    assert table[0][0] == newest
    assert table[2] == ["Only the first 2 are in this table."]
    assert len(list_worklist(api).radiographs) == 3
