"""The pages and their states that are audited, in a system with one film of each kind."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from uuid import uuid4

import numpy as np
from PIL import Image
from playwright.sync_api import FilePayload, Page

from contracts.api_requests import ReviewRequest
from contracts.deletion import DeletionReason
from contracts.findings import Finding
from local.cli.sample import build_dicom
from phantoms.chest import draw_phantom
from reliability.api_client import ApiClient
from reliability.http_requests import send
from reliability.page_session import log_in
from reliability.running_system import DOCTOR, RunningSystem

ADMINISTRATOR, OTHER_DOCTOR = "admin@north.example", "doctor@south.example"


@dataclass(frozen=True, kw_only=True)
class PageState:
    """`email` is who is logged in; empty for nobody. `act` brings the page into the state; a page
    without it is audited by Lighthouse too, which loads pages only, and no page that `is_error`.
    """

    name: str
    path: str
    email: str = DOCTOR
    act: Callable[[Page], None] | None = None
    is_error: bool = False


def list_states(films: Mapping[str, str]) -> list[PageState]:
    """`films` are the ids of `upload_films`."""
    of_films = [
        PageState(name=f"film, {kind}", path=f"/radiographs/{radiograph}")
        for kind, radiograph in films.items()
    ]
    return [
        PageState(name="login", path="/login", email=""),
        PageState(name="login form", path="/login/start", email=""),
        PageState(name="login not finished", path="/login/callback", email=""),
        PageState(name="login, small window", path="/login/finish"),
        PageState(name="help", path="/help", email=""),
        PageState(name="upload", path="/"),
        PageState(name="upload, with rows", path="/", act=_drop_files),
        PageState(name="worklist", path="/worklist"),
        PageState(name="worklist, empty", path="/worklist", email=OTHER_DOCTOR),
        PageState(name="worklist, nothing found", path="/worklist", act=_search),
        PageState(name="worklist, keys", path="/worklist", act=_open_keys),
        PageState(name="worklist, logged out", path="/worklist", act=_show_login),
        *of_films,
        PageState(
            name="other films of a patient", path=f"/radiographs/{films['answered']}/patient-films"
        ),
        PageState(
            name="two films", path=f"/radiographs/{films['answered']}/compare/{films['earlier']}"
        ),
        PageState(name="model", path="/model"),
        PageState(name="site", path="/settings", email=ADMINISTRATOR),
        PageState(name="people", path="/people", email=ADMINISTRATOR),
        PageState(name="overview", path="/overview", email=ADMINISTRATOR),
        PageState(
            name="audit trail", path=f"/radiographs/{films['reviewed']}/audit", email=ADMINISTRATOR
        ),
        PageState(
            name="deletion",
            path=f"/radiographs/{films['reviewed']}/deletion",
            email=ADMINISTRATOR,
        ),
        PageState(
            name="deletion, asked once more",
            path=f"/radiographs/{films['reviewed']}/deletion?reason={DeletionReason.DUPLICATE}",
            email=ADMINISTRATOR,
        ),
        PageState(
            name="film, deleted, for administrators",
            path=f"/radiographs/{films['deleted']}",
            email=ADMINISTRATOR,
        ),
        PageState(name="error", path="/nowhere", is_error=True),
    ]


def upload_films(system: RunningSystem) -> dict[str, str]:
    """Returns the id of a film of each kind, once all are answered."""
    client = ApiClient(system)
    contents = {
        "answered": _encode_dicom(draw_phantom()),
        "earlier": _encode_dicom(draw_phantom(opacity=True, seed=5)),
        "reviewed": _encode_png(draw_phantom(opacity=True, seed=3)),
        "not assessed": _encode_png(np.random.default_rng(1).integers(0, 256, (512, 512))),
        "rejected": b"%PDF-1.7 a report",
        "deleted": _encode_png(draw_phantom(seed=6)),
    }
    films = {}
    for kind, content in contents.items():
        created = client.create_radiograph(f"{kind}.bin", content, key=str(uuid4()))
        client.upload(created, content)
        films[kind] = created.radiograph.id
    while not all(client.is_answered(radiograph) for radiograph in films.values()):
        time.sleep(0.5)
    review = ReviewRequest(finding=Finding.OTHER, note="A note")
    client.send_review(films["reviewed"], review, key=str(uuid4()), has_retries=True)
    _delete(system, films["deleted"])
    waiting = client.create_radiograph("waiting.png", contents["reviewed"], key=str(uuid4()))
    return {**films, "waiting": waiting.radiograph.id}


def _delete(system: RunningSystem, radiograph: str) -> None:
    """As an administrator does on the page."""
    deletion = log_in(system.url, ADMINISTRATOR).build_post(
        f"/radiographs/{radiograph}/deletion", reason=DeletionReason.DUPLICATE
    )
    answer = send(system.url, deletion)
    if answer.status != HTTPStatus.FOUND:
        raise RuntimeError(f"the film was not deleted: the page answered {answer.status}")


def _encode_dicom(pixels: np.ndarray) -> bytes:
    """All have the same patient id."""
    file = BytesIO()
    build_dicom(pixels).save_as(file, enforce_file_format=True)
    return file.getvalue()


def _encode_png(pixels: np.ndarray) -> bytes:
    file = BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def _drop_files(page: Page) -> None:
    """A file that is answered, and one that is refused before it is sent."""
    png = _encode_png(draw_phantom(seed=4))
    files = [
        FilePayload(name="phantom.png", mimeType="image/png", buffer=png),
        FilePayload(name="empty.png", mimeType="image/png", buffer=b""),
    ]
    page.locator("input[type=file]").set_input_files(files)
    page.locator("[data-uploads] .status-not-sent").wait_for()
    page.locator("[data-uploads] .row-probability, [data-uploads] .status-not_assessed").wait_for()


def _search(page: Page) -> None:
    page.get_by_role("searchbox").fill("no such film")
    page.locator("#live-region", has_text="No X-rays").wait_for(state="attached")


def _open_keys(page: Page) -> None:
    page.locator("[data-opens-dialog]").dispatch_event("click")
    page.locator("#keyboard-shortcuts").wait_for()


def _show_login(page: Page) -> None:
    page.locator("[data-session]").evaluate("dialog => dialog.showModal()")
