"""Recognises what no answer may hold: stack traces, addresses inside the server, versions."""

import re

from local.settings import ROOT
from reliability.http_requests import Answer

# A text that only a part of the server writes, never the page or the API.
_TEXTS = (
    "Traceback (most recent call last)",
    'File "/',
    "site-packages",
    "botocore",
    "/var/task",
    "Werkzeug",
    "lambdas.",
    str(ROOT),
)
_VERSION = re.compile(r"(python|werkzeug|flask|awslambdaric|moto|basehttp|express)/?\d", re.I)


def find_leak(answer: Answer) -> str:
    """Returns what the answer tells of the server's inside, or an empty text."""
    for text in _TEXTS:
        if text in answer.text:
            return f"the answer has {text!r}"
    for name, value in answer.headers.items():
        if name.lower() == "set-cookie":
            continue  # It is encrypted, and chance writes any short word.
        if name.lower() == "x-powered-by" or _VERSION.search(str(value)):
            return f"the header {name} is {value!r}"
    return ""
