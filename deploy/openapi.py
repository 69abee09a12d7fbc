"""The OpenAPI document of the API, from its routes: `make openapi` writes docs/openapi.json."""

import json
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer

from contracts.api import MAX_AGE_YEARS, MAX_FILE_BYTES, MAX_FILE_NAME_LENGTH, MAX_NOTE_LENGTH
from lambdas.api.handler import app

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"

_DESCRIPTION = (
    "Announce a chest X-ray, post its file to the form that comes back, and read the answer. "
    "Every call needs the ID token of a Cognito account, which belongs to one site."
)
# What the requests' own `__post_init__` holds them to, which a schema cannot read.
_NAME = {"minLength": 1, "maxLength": MAX_FILE_NAME_LENGTH}
_LIMITS: dict[str, dict[str, dict[str, int]]] = {
    "CreateRequest": {
        "file_name": _NAME,
        "bytes": {"minimum": 0, "maximum": MAX_FILE_BYTES},
        "age_years": {"minimum": 0, "maximum": MAX_AGE_YEARS},
    },
    "ReviewRequest": {"note": {"maxLength": MAX_NOTE_LENGTH}},
    "SearchRequest": {"file_name": _NAME},
}

# Powertools' own words for an error, where ours are problem details.
_UNUSED = ("HTTPValidationError", "ResponseValidationError", "ValidationError")


def document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    made: dict[str, Any] = json.loads(
        app.get_openapi_json_schema(
            title="Chest X-ray screening",
            version="1",
            description=_DESCRIPTION,
            security_schemes={"token": HTTPBearer(bearerFormat="JWT")},
            security=[{"token": []}],
        )
    )
    schemas = made["components"]["schemas"]
    for name in _UNUSED:
        del schemas[name]
    for name, limits in _LIMITS.items():
        fields = schemas[name]["properties"]
        for field, limit in limits.items():
            fields[field].update(limit)
    return made


def main() -> None:
    DOCUMENT.write_text(json.dumps(document(), indent=2) + "\n")
    print(f"{DOCUMENT} describes {len(document()['paths'])} addresses")


if __name__ == "__main__":
    main()
