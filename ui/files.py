"""Files to save: the report of a radiograph, and a list as a table."""

from flask import Blueprint, Response

from ui.date_filter import read_date_filter
from ui.place import selected_filter, selected_search
from ui.view_helpers import get_api_client

blueprint = Blueprint("files", __name__)


@blueprint.get("/radiographs/<radiograph>/report.pdf")
def report(radiograph: str) -> Response:
    content = get_api_client().fetch_report(radiograph)
    return _build_file(content, "application/pdf", file_name=f"chest-x-ray-{radiograph}.pdf")


@blueprint.get("/worklist.csv")
def table() -> Response:
    """The list or the search that the address names, within its days."""
    name, search_id = selected_filter(), selected_search()
    content = get_api_client().fetch_table(
        worklist_filter=name, search_id=search_id, times=read_date_filter().times
    )
    return _build_file(
        content, "text/csv", file_name="search.csv" if search_id else f"worklist-{name}.csv"
    )


def _build_file(content: bytes, content_type: str, *, file_name: str) -> Response:
    """`file_name` holds an opaque id at most, and nothing of a patient."""
    response = Response(content, content_type=content_type)
    response.headers.set("Content-Disposition", "attachment", filename=file_name)
    return response
