"""Links and forms of the storage that are changed, expired, or used for another object."""

import json
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping

import boto3
import requests
from botocore.config import Config

from contracts import keys
from contracts.api import RadiographView
from contracts.serialisation import parse
from local.aws.clients import KEY_ID
from local.aws.resources import FACTS_BUCKET, IMAGES_BUCKET
from local.settings import REGION
from reliability.attack.signature_changes import FORM_CHANGES, LINK_CHANGES, Fields
from reliability.attack.target import Target, bearer
from reliability.attack.tries import Attack, Try
from reliability.http_requests import Request

LINKS = Attack(item="API1, 8.2.2", title="links to images with a change, or without a signature")
EXPIRY = Attack(item="7.3.2, 8.2.2", title="links and forms that expired or have another key")
FORMS = Attack(item="5.3.2, 8.4.1", title="forms for uploads with a change, or to another key")
SIZES = Attack(item="5.2.1", title="files of another size than the form allows")
OBJECTS = Attack(item="API1, 8.2.2", title="objects and buckets without a signature")

_TIMEOUT_SECONDS = 30
_METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE")
_REFUSED = (400, 403, 404, 405, 411)
_IMAGE = re.compile(r"(rendition|thumbnail)\.png\?")


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    yield from _try_links(target)
    yield from _try_forms(target)
    for name, sign in {
        "an expired link": _sign_briefly,
        "a link of another key": _sign_foreign,
    }.items():
        yield EXPIRY.build_try(name, _find_link, target, sign)
    yield EXPIRY.build_try("an expired form", _find_expired_form, target)
    yield from _try_objects(target)


def read_links(target: Target) -> Mapping[str, str]:
    """The links of the northern radiograph, as they are now: they expire."""
    address = f"/v1/radiographs/{target.north.radiograph}"
    answer = target.send(Request(target=address, headers=bearer(target.north.token)))
    view = parse(RadiographView, json.loads(answer.body))
    links = {"rendition": view.rendition_url, "thumbnail": view.thumbnail_url}
    return {name: link for name, link in links.items() if link}


def _try_links(target: Target) -> Iterator[Try]:
    own, other = target.north.radiograph, target.south.radiograph
    changes: dict[str, Callable[[str], str]] = {
        **LINK_CHANGES,
        "another site's radiograph": lambda link: link.replace(own, other),
        "its original": lambda link: _IMAGE.sub("original?", link),
        "its identity": lambda link: _IMAGE.sub("identity.json?", link),
        "another bucket": lambda link: link.replace(f"/{IMAGES_BUCKET}/", f"/{FACTS_BUCKET}/"),
        "a path upwards": lambda link: link.replace(own, f"{own}/../{other}"),
        "an encoded path upwards": lambda link: link.replace(own, f"{own}/%2e%2e/{other}"),
        "a download as a page": lambda link: link + "&response-content-type=text/html",
    }
    for name, change in changes.items():
        for kind in ("rendition", "thumbnail"):
            yield LINKS.build_try(f"{name}, of the {kind}", _find_change, target, kind, change)
    for method in _METHODS[1:]:
        yield LINKS.build_try(f"{method} by a link to read", _find_method, target, method)


def _find_change(target: Target, kind: str, change: Callable[[str], str]) -> str:
    link = read_links(target)[kind]
    changed = change(link)
    return _find_answer("GET", changed) if changed != link else "the link is not changed"


def _find_method(target: Target, method: str) -> str:
    return _find_answer(method, read_links(target)["rendition"])


def _find_answer(method: str, url: str) -> str:
    response = requests.request(
        method, url, data=b"1", allow_redirects=False, timeout=_TIMEOUT_SECONDS
    )
    return "" if response.status_code in _REFUSED else f"status {response.status_code}"


def _try_forms(target: Target) -> Iterator[Try]:
    own, other = target.north.announcement.radiograph.id, target.south.announcement.radiograph.id
    changes: dict[str, Callable[[Fields], Fields]] = {**FORM_CHANGES}
    for name, key in {
        "another site's upload": keys.incoming(other),
        "another site's original": keys.original(target.south.radiograph),
        "the own rendition": keys.rendition(target.north.radiograph),
        "the own identity": keys.identity(own),
        "a path upwards": f"{keys.incoming(own)}/../{other}",
        "an upload whose id is longer": f"{keys.incoming(own)}x",
        "a variable of S3": "incoming/${filename}",
        "no object": "",
    }.items():
        changes[f"the key of {name}"] = _set_key(key)
    for name, change in changes.items():
        yield FORMS.build_try(name, _find_upload, target, target.film, change=change)
    for end in ("?key=evil", "?delete", "/evil", f"?key={keys.incoming(other)}"):
        yield FORMS.build_try(f"to {end}", _find_upload, target, target.film, end=end)
    yield FORMS.build_try("to another bucket", _find_upload_to_facts, target)
    size = len(target.film)
    for length in (0, 1, size - 1, size + 1, 2 * size, 60 * 2**20):
        yield SIZES.build_try(f"{length} bytes", _find_upload, target, bytes(length))


def _set_key(key: str) -> Callable[[Fields], Fields]:
    return lambda fields: {**fields, "key": key}


def _find_upload(
    target: Target,
    content: bytes,
    *,
    change: Callable[[Fields], Fields] = dict,
    end: str = "",
) -> str:
    form = target.north.sign_form(target.film)
    return _find_post(form.url + end, change(form.fields), content)


def _find_upload_to_facts(target: Target) -> str:
    form = target.north.sign_form(target.film)
    url = form.url.replace(IMAGES_BUCKET, FACTS_BUCKET)
    return _find_post(url, form.fields, target.film)


def _find_post(url: str, fields: Mapping[str, str], content: bytes) -> str:
    response = requests.post(
        url, data=dict(fields), files={"file": content}, timeout=_TIMEOUT_SECONDS
    )
    return "" if response.status_code in _REFUSED else f"status {response.status_code}"


def _sign_briefly(target: Target) -> str:
    params = {"Bucket": IMAGES_BUCKET, "Key": keys.rendition(target.north.radiograph)}
    link = str(target.system.s3.generate_presigned_url("get_object", Params=params, ExpiresIn=1))
    time.sleep(2.1)
    return link


def _sign_foreign(target: Target) -> str:
    client = boto3.client(
        "s3",
        endpoint_url=target.system.aws_url,
        region_name=REGION,
        aws_access_key_id=KEY_ID,
        aws_secret_access_key="other",
        config=Config(signature_version="s3v4"),
    )
    params = {"Bucket": IMAGES_BUCKET, "Key": keys.rendition(target.north.radiograph)}
    return str(client.generate_presigned_url("get_object", Params=params))


def _find_link(target: Target, sign: Callable[[Target], str]) -> str:
    return _find_answer("GET", sign(target))


def _find_expired_form(target: Target) -> str:
    form = target.system.s3.generate_presigned_post(IMAGES_BUCKET, "incoming/late", ExpiresIn=-1)
    return _find_post(form["url"], form["fields"], b"1")


def _try_objects(target: Target) -> Iterator[Try]:
    own = target.north.radiograph
    paths = ["/", f"/{IMAGES_BUCKET}", f"/{FACTS_BUCKET}", f"/{IMAGES_BUCKET}?versions"]
    paths += [f"/{IMAGES_BUCKET}/{key}" for key in (keys.rendition(own), keys.identity(own))]
    paths += [f"/{FACTS_BUCKET}/{keys.fact(own, 1)}", f"/{FACTS_BUCKET}/", "/moto-api/reset"]
    paths += [
        f"/{IMAGES_BUCKET}/{keys.original(own)}",
        f"/{IMAGES_BUCKET}?policy",
        "/moto-api/data.json",
    ]
    for method in _METHODS:
        for path in paths:
            url = target.system.aws_url + path
            yield OBJECTS.build_try(f"{method} {path}", _find_answer, method, url)
