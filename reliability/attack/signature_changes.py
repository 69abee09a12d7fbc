"""Changes of signed links and forms of the storage: S3 refuses each of them."""

import base64
import json
from collections.abc import Callable, Mapping

Fields = Mapping[str, str]


def _without(*names: str) -> Callable[[Fields], Fields]:
    return lambda fields: {name: value for name, value in fields.items() if name not in names}


def _extend_policy(fields: Fields) -> Fields:
    """Extends the form's time, and leaves the signature."""
    policy = json.loads(base64.b64decode(fields["policy"]))
    policy["expiration"] = "2099-01-01T00:00:00Z"
    return {**fields, "policy": base64.b64encode(json.dumps(policy).encode()).decode()}


FORM_CHANGES: Mapping[str, Callable[[Fields], Fields]] = {
    "another key": lambda fields: {**fields, "key": "evil"},
    "an access list": lambda fields: {**fields, "acl": "public-read"},
    "a second key": lambda fields: {**fields, "KEY": "evil"},
    "a redirect": lambda fields: {**fields, "success_action_redirect": "http://evil.example"},
    "a signature of zeros": lambda fields: {**fields, "x-amz-signature": "0" * 64},
    "another account": lambda fields: {
        **fields,
        "x-amz-credential": fields["x-amz-credential"] + "x",
    },
    "a policy that is no text": lambda fields: {**fields, "policy": "!"},
    "a longer time": _extend_policy,
    "no policy": _without("policy"),
    "no signature": _without("x-amz-signature"),
    "neither": _without("policy", "x-amz-signature"),
    "no date": _without("x-amz-date"),
    "no key": _without("key"),
}


def _replace(old: str, new: str) -> Callable[[str], str]:
    return lambda link: link.replace(old, new)


def _replace_number(name: str, value: str) -> Callable[[str], str]:
    """Sets the value of a query field up to the next one."""

    def change(link: str) -> str:
        head, _, rest = link.partition(f"{name}=")
        return f"{head}{name}={value}{rest[len(rest.partition('&')[0]) :]}"

    return change


LINK_CHANGES: Mapping[str, Callable[[str], str]] = {
    "a longer time": _replace_number("X-Amz-Expires", "7200"),
    "a time over the limit": _replace_number("X-Amz-Expires", "9999999"),
    "a time that is no number": _replace_number("X-Amz-Expires", "x"),
    "a later date": _replace("X-Amz-Date=20", "X-Amz-Date=21"),
    "a date that is no date": _replace("X-Amz-Date=20", "X-Amz-Date=x"),
    "another header": _replace("SignedHeaders=host", "SignedHeaders=host%3Bx-a"),
    "another account": _replace("Credential=local", "Credential=other"),
    "no signature": lambda link: link.partition("&X-Amz-Signature")[0],
    "no query": lambda link: link.partition("?")[0],
    "another signature": lambda link: link[:-1] + ("0" if link[-1] != "0" else "1"),
    "a version": lambda link: link + "&versionId=1",
    "a second time": lambda link: link + "&X-Amz-Expires=3600",
    "version 2 of signatures": lambda link: (
        link.partition("?")[0] + "?AWSAccessKeyId=local&Signature=a&Expires=9999999999"
    ),
}
