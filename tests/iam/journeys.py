"""Runs each function through all its cases: good files, bad files and missing objects."""

import json
from typing import Any

import pytest
import requests
from PIL import Image

from contracts import keys, model_layout
from contracts.canary import CANARY_SITE
from contracts.worklist_order import remove_due
from lambdas import (
    clients,
    delete_radiograph,
    manage_accounts,
    refill_cache,
    release_model,
)
from lambdas.drift import handler as drift
from phantoms.file_formats import encode_image, grey_ramp
from tests.iam.policy import resolve
from tests.iam.recorder import Recorder
from tests.lambdas.calls import (
    ADMINISTRATOR,
    Api,
    Aws,
    Context,
    find_user_pool,
    run_screening,
)
from tests.synthesis import Template
from ui.auth import session_keys

GOOD = encode_image(Image.fromarray(grey_ramp()))


CANARY = {**ADMINISTRATOR, "cognito:groups": f"{CANARY_SITE},doctor,administrator"}


def lock_facts(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the facts under Object Lock, as prod does."""
    monkeypatch.setenv("LOCKS_FACTS", "yes")
    aws.s3.put_object_lock_configuration(
        Bucket="facts", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}
    )


def _create_canary_film(api: Api) -> str:
    request = {"file_name": "canary.png", "bytes": 1000}
    _, created = api("POST", "/radiographs", body=request, key="canary", claims=CANARY)
    return str(created["radiograph"]["id"])


def run_api(recorder: Recorder, aws: Aws, api: Api) -> None:
    aws.user_pools.append(find_user_pool())
    with recorder.record("api"):
        radiograph = api.create("one", patient_id="P-1")
        api("POST", "/session")
        _create_canary_film(api)
        api("GET", "/model")
        api("GET", "/settings")
        change = {"replaces": 1, "prevalence": 0.2}
        api("POST", "/settings/versions", body=change, claims=ADMINISTRATOR)
        api("GET", "/overview", claims=ADMINISTRATOR)
        invitation = {"email": "ada@north.example", "role": "doctor"}
        invited, _ = api("POST", "/people", body=invitation, claims=ADMINISTRATOR)
        api("GET", "/people", claims=ADMINISTRATOR)
    aws.upload(radiograph, GOOD)
    run_screening(radiograph)
    aws.redis.flushall()
    with recorder.record("api"):
        api("GET", f"/radiographs/{radiograph}")
        api("GET", f"/radiographs/{keys.radiograph_id('siteNorth', 'never')}")
        api("GET", f"/radiographs/{radiograph}/audit", claims=ADMINISTRATOR)
        api("GET", "/radiographs")
        api("GET", "/radiographs", query={"filter": "rejected"})
        api("POST", "/radiographs/search", body={"file_name": "thorax.png"})
        api("GET", f"/radiographs/{radiograph}/report")
        api("GET", "/radiographs/export")
        status, _ = api("POST", f"/radiographs/{radiograph}/reviews", body={"finding": "pneumonia"})
        reason = {"reason": "duplicate"}
        path = f"/radiographs/{radiograph}/deletion"
        deletion, _ = api("POST", path, body=reason, claims=ADMINISTRATOR)
    assert (status, deletion, invited) == (201, 202, 201)


def run_screening_function(recorder: Recorder, aws: Aws, api: Api) -> None:
    good, same, bad, later = (api.create(name) for name in ("good", "same", "bad", "later"))
    for radiograph, content in {good: GOOD, same: GOOD, bad: b"no picture", later: GOOD}.items():
        aws.upload(radiograph, content)
    aws.upload(later, b"another file under the same address")
    aws.upload(canary := _create_canary_film(api), GOOD)
    _put_later_search_entry(aws, good)
    with recorder.record("screening"):
        run_screening(good, same, bad, later, canary)
        run_screening(good)
        run_screening(keys.radiograph_id("siteNorth", "never announced"))
    api("POST", f"/radiographs/{good}/deletion", body={"reason": "duplicate"}, claims=ADMINISTRATOR)
    with recorder.record("screening"):
        run_screening(good)


def run_drift(recorder: Recorder, aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """One answer is enough. Of one film the record has no copy; of another Redis holds an old
    record, and a fact that cannot be read follows it.
    """
    for name in ("WINDOW", "REFERENCE"):
        monkeypatch.setattr(drift, name, 1)
    one, damaged = api.create("one"), api.create("damaged")
    entry: Any = aws.redis.dump(keys.redis_radiograph(damaged))
    for radiograph in (one, damaged):
        aws.upload(radiograph, GOOD)
        run_screening(radiograph)
    aws.s3.put_object(Bucket="facts", Key=keys.fact(damaged, 4), Body=b"{")
    _remove_copy(aws, one)
    aws.redis.flushall()
    aws.redis.restore(keys.redis_radiograph(damaged), 0, entry)
    with recorder.record("drift"):
        drift.handler({}, Context())


def _remove_copy(aws: Aws, radiograph: str) -> None:
    """Removes the copy of the record beside the identity."""
    key = keys.identity(radiograph)
    identity = json.loads(aws.s3.get_object(Bucket="pictures", Key=key)["Body"].read())
    del identity["record"]
    aws.s3.put_object(Bucket="pictures", Key=key, Body=json.dumps(identity))


def run_refill(recorder: Recorder, aws: Aws, api: Api) -> None:
    """The lists are those of an earlier release: an entry is missing, another is one too many."""
    aws.upload(radiograph := api.create("one"), GOOD)
    run_screening(radiograph)
    [entry] = aws.s3.list_objects_v2(Bucket="pictures", Prefix="lists/siteNorth/to_review/")[
        "Contents"
    ]
    for key in (entry["Key"], keys.list_progress("siteNorth")):
        aws.s3.delete_object(Bucket="pictures", Key=key)
    other = keys.list_prefix("siteNorth", "rejected") + remove_due(entry["Key"])
    aws.s3.put_object(Bucket="pictures", Key=other, Body=b"")
    _remove_copy(aws, radiograph)
    _put_later_search_entry(aws, radiograph)
    with recorder.record("rebuild"):
        refill_cache.handler({}, Context())


def _put_later_search_entry(aws: Aws, radiograph: str) -> None:
    """The film is also found by what a later release takes for a word, before a rollback."""
    key = keys.identity(radiograph)
    identity = json.loads(aws.s3.get_object(Bucket="pictures", Key=key)["Body"].read())
    identity["search"] = ["mzxw6ytboi4dsnrsgm2tinzxge"]
    aws.s3.put_object(Bucket="pictures", Key=key, Body=json.dumps(identity))


def run_deletion(recorder: Recorder, aws: Aws, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.upload(radiograph := api.create("one"), GOOD)
    run_screening(radiograph)
    canary = _create_canary_film(api)
    monkeypatch.setattr(delete_radiograph, "SCREENING_SECONDS", 0)
    with recorder.record("delete"):
        for film in (radiograph, radiograph, canary):
            delete_radiograph.handler({"radiograph_id": film, "by": "AIDA2EXAMPLE"}, Context())


def run_accounts(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    pool, cognito = find_user_pool(), clients.user_pools()
    monkeypatch.setenv("USER_POOL_ID", pool)
    cognito.admin_create_user(UserPoolId=pool, Username="without@north.example")
    people = ("ada@north.example", "without@north.example")

    def act(act: str | None, **fields: str) -> dict[str, Any]:
        event = {"site": "siteNorth", "by": ADMINISTRATOR["sub"], "act": act, **fields}
        return dict(manage_accounts.handler(event, Context()))

    with recorder.record("accounts"):
        assert len(act(None)["accounts"]) == 1
        accounts = [act("invite", email=email, role="doctor")["account"] for email in people]
        act("change_role", account=accounts[0], role="administrator")
        for lock in ("lock", "unlock"):
            assert act(lock, account=accounts[0])["problem"] is None


def run_release(recorder: Recorder, aws: Aws, template: Template, response_url: str) -> None:
    """Uses the properties that CloudFormation would send."""
    properties = template.only("Custom::ModelRelease")
    assets = resolve(properties["AssetsBucket"])
    aws.s3.create_bucket(Bucket=assets)
    for key in properties["Files"].values():
        aws.s3.put_object(Bucket=assets, Key=key, Body=b"an asset")
    for entry in aws.s3.list_objects_v2(Bucket="models")["Contents"]:
        aws.s3.delete_object(Bucket="models", Key=entry["Key"])
    event: dict[str, Any] = {
        "RequestType": "Create",
        "ResponseURL": response_url,
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Release",
        "ResourceProperties": {**properties, "AssetsBucket": assets, "ModelsBucket": "models"},
    }
    with recorder.record("release"):
        release_model.handler(event, Context())
    pointer = aws.s3.get_object(Bucket="models", Key=model_layout.POINTER_KEY)["Body"].read()
    assert json.loads(pointer)["model_version"] == properties["ModelVersion"]


def run_ui(recorder: Recorder, moto_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", moto_url)
    for name in ("session-secret", "page-key"):
        clients.secrets().create_secret(Name=name, SecretString="a secret of the tests")
    with recorder.record("ui"):
        for name in ("session-secret", "page-key"):
            session_keys.fetch_secret(name)


def create_response_url(url: str) -> str:
    """A URL in place of CloudFormation's: moto accepts any PUT into a bucket."""
    requests.put(f"{url}/answers", timeout=10).raise_for_status()
    return f"{url}/answers/answer"
