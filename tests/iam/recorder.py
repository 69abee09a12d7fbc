"""What a function asks of AWS, seen by botocore, as the actions and resources that IAM knows."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

ACCOUNT = "123456789012"
Params = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An action on a resource, as the service authorization reference names both."""

    action: str
    resource: str


def _bucket(params: Params) -> str:
    return f"arn:aws:s3:::{params['Bucket']}"


def _object(params: Params) -> str:
    return f"{_bucket(params)}/{params['Key']}"


def _read(params: Params) -> list[Asked]:
    """A version that is named takes a right of its own, instead."""
    action = "s3:GetObjectVersion" if "VersionId" in params else "s3:GetObject"
    return [Asked(action=action, resource=_object(params))]


def _copied(params: Params) -> list[Asked]:
    source = params["CopySource"]
    return [*_read(source), Asked(action="s3:PutObject", resource=_object(params))]


def _one(action: str, resource: Callable[[Params], str]) -> Callable[[Params], list[Asked]]:
    return lambda params: [Asked(action=action, resource=resource(params))]


def _endpoint(params: Params) -> str:
    return f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:endpoint/{params['EndpointName']}"


# From AWS's service authorization reference: what each operation needs.
NEEDS: Mapping[tuple[str, str], Callable[[Params], list[Asked]]] = {
    ("s3", "GetObject"): _read,
    ("s3", "HeadObject"): _read,
    ("s3", "PutObject"): _one("s3:PutObject", _object),
    ("s3", "CopyObject"): _copied,
    ("s3", "ListObjectsV2"): _one("s3:ListBucket", _bucket),
    ("s3", "ListObjectVersions"): _one("s3:ListBucketVersions", _bucket),
    ("secretsmanager", "GetSecretValue"): _one(
        "secretsmanager:GetSecretValue", lambda params: str(params["SecretId"])
    ),
    ("sagemaker-runtime", "InvokeEndpoint"): _one("sagemaker:InvokeEndpoint", _endpoint),
}


@dataclass
class Recorder:
    """Counts only while a function works: what a test does itself is not the function's."""

    asked: dict[str, set[Asked]] = field(default_factory=dict)
    _function: str = ""

    @contextmanager
    def of(self, function: str) -> Iterator[None]:
        self._function = function
        self.asked.setdefault(function, set())
        yield
        self._function = ""

    def see(self, params: Params, model: Any, context: Params, **_: Any) -> None:
        """Calls, and addresses that are signed for somebody else: who signs needs the right."""
        service, operation = model.service_model.service_name, model.name
        # botocore signs a form under this name, which says nothing of the object.
        is_form = operation == "CreateBucket" and context.get("is_presign_request")
        if not self._function or is_form:
            return
        if (service, operation) not in NEEDS:
            raise AssertionError(f"tests/iam/recorder.py does not know {service} {operation}")
        self.asked[self._function] |= set(NEEDS[service, operation](params))
