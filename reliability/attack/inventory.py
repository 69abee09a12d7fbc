"""Routes, files and local services that nobody should reach."""

import random
from collections.abc import Iterator
from itertools import product

from deploy.openapi import build_document
from reliability.attack.target import Target, bearer
from reliability.attack.tries import Attack, Try
from reliability.http_requests import Request, send

ROUTES = Attack(item="API9, 13.4.5", title="routes that no document has")
FILES = Attack(item="13.4.1, 13.4.7, 5.3.2", title="files of the server")
SERVICES = Attack(item="API8, 13.2.1", title="local services, from a page elsewhere")

_ROUTES = (
    "admin",
    "users",
    "user",
    "me",
    "debug",
    "health",
    "status",
    "metrics",
    "config",
    "env",
    "docs",
    "openapi.json",
    "swagger.json",
    "swagger",
    "redoc",
    "graphql",
    "radiograph",
    "radiographs/all",
    "radiographs/{id}/identity",
    "radiographs/{id}/original",
    "radiographs/{id}/facts",
    "radiographs/{id}/reviews",
    "radiographs/{id}/delete",
    "sessions",
    "token",
    "tokens",
    "login",
    "reviews",
    "sites",
    "facts",
    "images",
    "uploads",
    "models",
    "invoke",
    "internal",
    "test",
    "events",
)
_VERSIONS = ("v1", "v0", "v2", "V1", "api/v1", "internal/v1", "v1/v1", "dev/v1", "prod")
_FILES = (
    ".git/config",
    ".env",
    ".aws/credentials",
    "etc/passwd",
    "proc/self/environ",
    "app.py",
    "ui/wsgi.py",
    "zappa_settings.py",
    "package.json",
    "requirements.txt",
    ".htaccess",
    "backup.zip",
    "page.css.map",
    "page.css~",
    "session-secret",
    "data/session-secret",
    "stack.json",
    "processes.json",
    "id_rsa",
)
_UPWARDS = (
    "",
    "../",
    "../../",
    "../../../../../",
    "%2e%2e/",
    "..%2f..%2f",
    "%252e%252e%252f",
    "..\\",
    "....//",
)
_FOLDERS = ("/", "/static/", "/samples/", "/v1/", "/static//", "//")


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    yield from _try_routes(target)
    yield from _try_files(target)
    yield from _try_services(target)


def _try_routes(target: Target) -> Iterator[Try]:
    own = target.north.radiograph
    document = {path.replace("{radiograph}", "{id}") for path in build_document()["paths"]}
    headers = {**bearer(target.north.token), **target.north.session.headers()}
    for version, route in product(_VERSIONS, ("", *_ROUTES)):
        path = f"/{version}/{route}"
        if path in document:
            continue
        for method in ("GET", "POST"):
            request = Request(method=method, target=path.replace("{id}", own), headers=headers)
            # A form without its token is refused before its address is looked at.
            statuses = (400, 404, 405) if method == "POST" else (404, 405)
            yield ROUTES.build_try(f"{method} {path}", target.find_break, request, statuses)


def _try_files(target: Target) -> Iterator[Try]:
    headers = {**target.north.session.headers(), **bearer(target.north.token)}
    for folder, upwards, name in product(_FOLDERS, _UPWARDS, _FILES):
        path = f"{folder}{upwards}{name}"
        request = Request(target=path, headers=headers)
        yield FILES.build_try(path, target.find_break, request, (308, 400, 403, 404, 422))


def _try_services(target: Target) -> Iterator[Try]:
    system = target.system
    addresses = {
        "the storage": (system.aws_url, "/"),
        "a reset of the storage": (system.aws_url, "/moto-api/reset"),
        "the login": (system.login_url, "/"),
        "the login's form": (system.login_url, "/oauth2/authorize"),
    }
    foreign = ({"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"})
    for (name, (origin, path)), headers in product(addresses.items(), foreign):
        for method in ("GET", "POST"):
            request = Request(method=method, target=path, headers=headers)
            label = f"{method} to {name} with {headers}"
            yield SERVICES.build_try(label, _find_service, origin, request)


def _find_service(origin: str, request: Request) -> str:
    answer = send(origin, request)
    return "" if answer.status in (400, 403) else f"status {answer.status}"
