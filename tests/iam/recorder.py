"""Records a function's calls to AWS by botocore, as the actions and resources of IAM."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

ACCOUNT = "123456789012"
Params = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Access:
    """An action on a resource, in the terms of AWS's service authorization reference."""

    action: str
    resource: str


def _bucket(params: Params) -> str:
    return f"arn:aws:s3:::{params['Bucket']}"


def _object(params: Params) -> str:
    return f"{_bucket(params)}/{params['Key']}"


def _read(params: Params) -> list[Access]:
    """Reading a version by its id takes a right of its own, and not the usual one."""
    action = "s3:GetObjectVersion" if "VersionId" in params else "s3:GetObject"
    return [Access(action=action, resource=_object(params))]


def _put(params: Params) -> list[Access]:
    """A retention of the object's own takes a right of its own beside the usual one."""
    actions = ["s3:PutObject", *(["s3:PutObjectRetention"] if "ObjectLockMode" in params else [])]
    return [Access(action=action, resource=_object(params)) for action in actions]


def _copy(params: Params) -> list[Access]:
    source = params["CopySource"]
    return [*_read(source), Access(action="s3:PutObject", resource=_object(params))]


def _delete(params: Params) -> list[Access]:
    """S3 checks the right for each object of the call; deleting a version takes its own right."""
    return [
        Access(
            action="s3:DeleteObjectVersion" if "VersionId" in item else "s3:DeleteObject",
            resource=_object({"Bucket": params["Bucket"], "Key": item["Key"]}),
        )
        for item in params["Delete"]["Objects"]
    ]


def _single(action: str, resource: Callable[[Params], str]) -> Callable[[Params], list[Access]]:
    return lambda params: [Access(action=action, resource=resource(params))]


def _endpoint(params: Params) -> str:
    return f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:endpoint/{params['EndpointName']}"


def _function(params: Params) -> str:
    return f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{params['FunctionName']}"


# The accesses that each operation needs, by AWS's service authorization reference.
NEEDS: Mapping[tuple[str, str], Callable[[Params], list[Access]]] = {
    ("s3", "GetObject"): _read,
    ("s3", "HeadObject"): _read,
    ("s3", "PutObject"): _put,
    ("s3", "DeleteObject"): _single("s3:DeleteObject", _object),
    ("s3", "CopyObject"): _copy,
    ("s3", "DeleteObjects"): _delete,
    ("s3", "ListObjectsV2"): _single("s3:ListBucket", _bucket),
    ("s3", "ListObjectVersions"): _single("s3:ListBucketVersions", _bucket),
    ("secretsmanager", "GetSecretValue"): _single(
        "secretsmanager:GetSecretValue", lambda params: str(params["SecretId"])
    ),
    **{
        ("cognito-idp", name): _single(f"cognito-idp:{name}", lambda params: "user-pool")
        for name in (
            "AdminAddUserToGroup",
            "AdminCreateUser",
            "AdminDeleteUser",
            "AdminDisableUser",
            "AdminEnableUser",
            "AdminGetUser",
            "AdminInitiateAuth",
            "AdminListGroupsForUser",
            "AdminRemoveUserFromGroup",
            "AdminRespondToAuthChallenge",
            "ListUsersInGroup",
        )
    },
    # Their session authorises them.
    ("cognito-idp", "AssociateSoftwareToken"): lambda params: [],
    ("cognito-idp", "VerifySoftwareToken"): lambda params: [],
    ("secretsmanager", "PutSecretValue"): _single(
        "secretsmanager:PutSecretValue", lambda params: str(params["SecretId"])
    ),
    ("lambda", "Invoke"): _single("lambda:InvokeFunction", _function),
    ("sagemaker-runtime", "InvokeEndpoint"): _single("sagemaker:InvokeEndpoint", _endpoint),
}


@dataclass
class Recorder:
    """Records only while a function runs: the calls of the test itself are not the function's."""

    accesses: dict[str, set[Access]] = field(default_factory=dict)
    _function: str = ""

    @contextmanager
    def record(self, function: str) -> Iterator[None]:
        self._function = function
        self.accesses.setdefault(function, set())
        yield
        self._function = ""

    @contextmanager
    def pause(self) -> Iterator[None]:
        """While a function calls another one, which the test runs in its place."""
        function, self._function = self._function, ""
        yield
        self._function = function

    def on_call(self, params: Params, model: Any, context: Params, **_: Any) -> None:
        """Records calls, and presigned addresses too: the function that signs needs the right."""
        service, operation = model.service_model.service_name, model.name
        # botocore signs a form under this operation, which does not name the object.
        is_form = operation == "CreateBucket" and context.get("is_presign_request")
        if not self._function or is_form:
            return
        if (service, operation) not in NEEDS:
            raise AssertionError(f"tests/iam/recorder.py does not know {service} {operation}")
        # The tests run the accounts function inside the call of the API that waits for it.
        is_nested = service == "cognito-idp" and self._function == "api"
        function = "accounts" if is_nested else self._function
        self.accesses.setdefault(function, set()).update(NEEDS[service, operation](params))
