"""Writes the OpenAPI document of the API, docs/openapi.json, from its routes (`make openapi`)."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer

from lambdas.api.handler import app

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"

_DESCRIPTION = (
    "Announce a chest X-ray, post its file to the form in the response, and read the answer. "
    "Every call needs the ID token of a Cognito account, which belongs to one site."
)

# Powertools' own schemas of errors: the API answers with problem details instead.
_UNUSED_SCHEMAS = ("HTTPValidationError", "ResponseValidationError", "ValidationError")


def build_document() -> dict[str, Any]:
    """The OpenAPI 3.1 document as a JSON object."""
    document: dict[str, Any] = json.loads(
        app.get_openapi_json_schema(
            title="Chest X-ray screening",
            version="1",
            description=_DESCRIPTION,
            security_schemes={"token": HTTPBearer(bearerFormat="JWT")},
            security=[{"token": []}],
        )
    )
    for name in _UNUSED_SCHEMAS:
        del document["components"]["schemas"][name]
    return document


def main() -> int:
    argparse.ArgumentParser(prog="python -m deploy.openapi", description=__doc__).parse_args()
    document = build_document()
    DOCUMENT.write_text(json.dumps(document, indent=2) + "\n")
    print(f"{DOCUMENT} describes {len(document['paths'])} addresses")
    return 0


if __name__ == "__main__":
    sys.exit(main())
