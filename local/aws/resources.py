"""The resources of the cloud stacks, created in moto: buckets, queues, the model."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bundles.function_definitions import ACCOUNTS_FUNCTION, DELETE_RADIOGRAPH_FUNCTION, Resources
from contracts import keys
from contracts.model_layout import CARD_FILE, COPIED_FROM
from contracts.queue import MAX_RECEIVE_COUNT
from contracts.serialisation import serialise
from contracts.sites import add_canary
from local.aws.clients import build_client
from local.aws.cognito import UserPool
from local.aws.persistent_secrets import PAGE_KEY, RECORD_KEY, REDIS, SEARCH_KEY, SESSION
from local.settings import ROOT, Model, Settings
from storage.models_bucket import ModelsBucket, describe_current_version

IMAGES_BUCKET = "xray-pictures"
FACTS_BUCKET = "xray-facts"
MODELS_BUCKET = "xray-models"
SCREENING_QUEUE = "xray-screening"
DEAD_LETTER_QUEUE = "xray-screening-dead-letters"

MODEL_CARD = ROOT / "models" / CARD_FILE

ENDPOINT_NAME = "chest-xray"
# Demo values, and the page says so: no hospital has stated them.
SITES = {
    "siteNorth": {"prevalence": 0.2, "is_demo": True},
    "siteSouth": {"prevalence": 0.1, "is_demo": True},
}


def create_buckets(settings: Settings) -> None:
    """Creates the three versioned buckets. CORS opens the images bucket to our own page only."""
    s3 = build_client("s3", settings.aws_url)
    existing = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    for bucket in (IMAGES_BUCKET, FACTS_BUCKET, MODELS_BUCKET):
        if bucket not in existing:
            s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    cors = {"CORSRules": [_cors_rule(settings)]}
    s3.put_bucket_cors(Bucket=IMAGES_BUCKET, CORSConfiguration=cors)


def create_queue(settings: Settings, *, visibility_timeout_seconds: int) -> str:
    """Creates the screening queue, which S3 notifies of each object under `incoming/`.

    Returns the URL of the queue.
    """
    sqs = build_client("sqs", settings.aws_url)
    dead_letter_url = sqs.create_queue(QueueName=DEAD_LETTER_QUEUE)["QueueUrl"]
    redrive = {
        "deadLetterTargetArn": fetch_queue_arn(sqs, dead_letter_url),
        "maxReceiveCount": str(MAX_RECEIVE_COUNT),
    }
    attributes = {
        "VisibilityTimeout": str(visibility_timeout_seconds),
        "RedrivePolicy": json.dumps(redrive),
    }
    url = str(sqs.create_queue(QueueName=SCREENING_QUEUE, Attributes=attributes)["QueueUrl"])
    build_client("s3", settings.aws_url).put_bucket_notification_configuration(
        Bucket=IMAGES_BUCKET,
        NotificationConfiguration=_arrival_notification(fetch_queue_arn(sqs, url)),
    )
    return url


def publish_model(settings: Settings, card: Path = MODEL_CARD) -> str:
    """Uploads the bundled model to the models bucket, and describes which version is current.

    A version is uploaded once. An existing pointer stays, so a start never undoes a promotion.
    """
    bucket = ModelsBucket(build_client("s3", settings.aws_url), MODELS_BUCKET)
    fields = json.loads(card.read_text())
    bundled = fields["model_version"]
    for path in (card.name, fields["artefacts"]["cpu"]["path"]):
        if bucket.read_metadata(bundled, path) is None:
            content = (card.parent / path).read_bytes()
            bucket.create_file(bundled, path, content=content, metadata={COPIED_FROM: path})
    current = bucket.create_pointer(bundled)
    return describe_current_version(current=current, bundled=bundled)


def build_resources(
    settings: Settings, user_pool: UserPool, *, secret_arns: Mapping[str, str]
) -> Resources:
    """Returns the names and addresses that the functions find in their environment.

    `secret_arns` is by the names of `persistent_secrets`.
    """
    return Resources(
        stage="local",
        images_bucket=IMAGES_BUCKET,
        facts_bucket=FACTS_BUCKET,
        locks_facts="",
        models_bucket=MODELS_BUCKET,
        redis_url=settings.redis_url,
        redis_secret_arn=secret_arns[REDIS],
        record_key_arn=secret_arns[RECORD_KEY],
        search_key_arn=secret_arns[SEARCH_KEY],
        endpoint_name=ENDPOINT_NAME if settings.model is Model.ENDPOINT else "",
        endpoint_hours="",
        sites=json.dumps({**SITES, **serialise(add_canary({}))}),
        public_url=settings.public_url,
        images_origin=settings.aws_url,
        issuer=user_pool.issuer,
        login_url=settings.login_url,
        client_id=user_pool.client_id,
        session_secret_arn=secret_arns[SESSION],
        page_key_arn=secret_arns[PAGE_KEY],
        deletion_function=DELETE_RADIOGRAPH_FUNCTION.name,
        accounts_function=ACCOUNTS_FUNCTION.name,
        user_pool_id=user_pool.pool_id,
        canary_client_id=user_pool.client_id,
        canary_secret_arn="",
        registration_function="",
    )


def fetch_queue_arn(sqs: Any, url: str) -> str:
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(attributes["Attributes"]["QueueArn"])


def _cors_rule(settings: Settings) -> dict[str, Any]:
    return {
        "AllowedOrigins": [settings.origin],
        "AllowedMethods": ["GET", "POST"],
        "AllowedHeaders": ["*"],
        "MaxAgeSeconds": 3000,
    }


def _arrival_notification(queue_arn: str) -> dict[str, Any]:
    prefix = {"Name": "prefix", "Value": keys.incoming("")}
    configuration = {
        "QueueArn": queue_arn,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [prefix]}},
    }
    return {"QueueConfigurations": [configuration]}
