"""Checks that what the tries change is accepted without the change: else they prove nothing."""

import json
import time

import requests

from reliability.attack.cookies import encrypt_cookie
from reliability.attack.storage import read_links
from reliability.attack.target import Target, bearer
from reliability.http_requests import Request

_TIMEOUT_SECONDS = 30


class ControlError(Exception):
    """A valid request was refused; the message says which."""


def check_controls(target: Target) -> None:
    """Raises ControlError."""
    session, own = target.north.session, target.north.radiograph
    cookie = encrypt_cookie(target, target.north.token, used_at=time.time())
    review = json.dumps({"finding": "pneumonia"}).encode()
    headers = {**bearer(target.sign_token()), "Content-Type": "application/json"}
    valid_requests = {
        "a token": (Request(target="/v1/session", headers=bearer(target.sign_token())), 204),
        "a cookie": (Request(target="/worklist", headers=session.headers(cookie)), 200),
        "a form": (session.build_post("/worklist/search", file_name="film"), 303),
        "a review": (
            Request(
                method="POST",
                target=f"/v1/radiographs/{own}/reviews",
                headers=headers,
                body=review,
            ),
            201,
        ),
    }
    for name, (request, status) in valid_requests.items():
        if break_ := target.find_break(request, (status,)):
            raise ControlError(f"{name} is refused: {break_}")
    for name, link in read_links(target).items():
        if requests.get(link, timeout=_TIMEOUT_SECONDS).status_code != 200:
            raise ControlError(f"the link to the {name} is refused")
