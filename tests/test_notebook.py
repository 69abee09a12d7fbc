"""The notebook of docs/ runs from top to bottom on any data set, and stores no film."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from training.artefact.model_folder import read_model_folder

NOTEBOOK = ROOT / "docs" / "data-scientist.ipynb"


def read_notebook() -> Any:
    import nbformat

    return nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def outputs(drawn_data: Path, smoke: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """The outputs of all cells, on drawn films, with the model that was trained on them."""
    # Each worker of a run imports all test files, and the client takes two seconds.
    from nbclient import NotebookClient

    notebook = read_notebook()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("XRAY_DATA", str(drawn_data))
        monkeypatch.setenv("XRAY_MODEL", str(smoke))
        for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):
            monkeypatch.setenv(name, str(tmp_path_factory.mktemp(name)))
        # The kernel `python3` is the running interpreter.
        resources = {"metadata": {"path": str(NOTEBOOK.parent)}}
        NotebookClient(notebook, timeout=200, kernel_name="python3", resources=resources).execute()
    return [output for cell in notebook.cells for output in cell.get("outputs", ())]


def _text(outputs: list[Any]) -> str:
    texts = (each.get("text") or each.get("data", {}).get("text/plain", "") for each in outputs)
    return "\n".join(texts)


def test_films_are_counted_by_split_and_class(outputs: list[Any]) -> None:
    text = _text(outputs)
    assert "images of noise (Apache-2.0)" in text
    assert ["test", "4", "8", "6"] in [line.split() for line in text.splitlines()]


def test_a_drawn_film_is_answered_with_a_map(outputs: list[Any]) -> None:
    text = _text(outputs)
    assert "opacity False: no_pneumonia, probability 0." in text
    assert "opacity True: pneumonia, probability 0." in text
    assert "the map has 14 x 14 cells" in text
    assert len([each for each in outputs if "image/png" in each.get("data", {})]) == 3


def test_the_cards_of_two_models_are_compared(outputs: list[Any], smoke: Path) -> None:
    text = _text(outputs)
    for folder in (smoke, ROOT / "models"):
        assert read_model_folder(folder).version in text
    assert "other films" in text


def test_nothing_that_a_run_shows_is_stored() -> None:
    """A stored picture could be a patient's film."""
    notebook = read_notebook()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert not [cell for cell in code if cell.outputs or cell.execution_count]
