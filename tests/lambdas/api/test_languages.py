"""The API says what is wrong, and writes reports, in the language that the caller accepts."""

import io

import pypdf
import pytest

from tests.lambdas.calls import Api, Aws, screen_phantom


@pytest.mark.parametrize(
    ("language", "detail"),
    [
        ("es-AR,es;q=0.9", "solo los administradores pueden hacerlo"),
        ("de", "only administrators may do it"),
        (None, "only administrators may do it"),
    ],
)
def test_an_error_is_in_the_language_of_the_caller(
    api: Api, language: str | None, detail: str
) -> None:
    status, problem = api("GET", "/overview", language=language)
    assert status == 403
    assert detail in problem["detail"]


def test_a_value_that_pydantic_refuses_is_named_in_no_english_sentence(api: Api) -> None:
    body = {"file_name": "", "bytes": 1}
    status, problem = api("POST", "/radiographs", body=body, key="k", language="es")
    assert (status, problem["detail"]) == (422, "body.file_name: el valor no se acepta")


def test_a_language_ends_with_its_request(api: Api) -> None:
    api("GET", "/overview", language="es")
    assert "only administrators" in api("GET", "/overview")[1]["detail"]


def test_a_report_is_in_the_language_of_its_reader(aws: Aws, api: Api) -> None:
    radiograph = screen_phantom(aws, api)
    _, content = api("GET", f"/radiographs/{radiograph}/report", language="es")
    reader = pypdf.PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"].get_object()
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert isinstance(root, pypdf.generic.DictionaryObject)
    assert str(root["/Lang"]) == "es"
    for part in (
        "Cribado de radiografías de tórax: informe",
        "Apoyo a la decisión, no un diagnóstico.",
        "Edad edad desconocida",
        "Ningún médico ha revisado esta radiografía.",
        "Esta es la respuesta de un programa y no un diagnóstico.",
        f"Página 1 de {len(reader.pages)}",
    ):
        assert part in text, part
    assert "Decision support" not in text
