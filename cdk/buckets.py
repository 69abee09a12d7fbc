"""The buckets: pictures with who they are of, facts, models, and the log of who asked for them."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.config import Stage
from contracts import keys, training

# Received files are copied out of `incoming/` at once; what stays there was refused, came too
# late, or waits among the dead letters, which SQS keeps for 14 days.
_INCOMING_KEPT = Duration.days(15)
# Read again within weeks, if at all; after that a third of the price, and still in milliseconds.
_COLD_AFTER = Duration.days(90)
_CHECKPOINTS_KEPT = Duration.days(30)
_ACCESS_LOGS_KEPT = Duration.days(365)
# A part of an upload that never ended would be kept, and paid for, for ever.
_NO_LEFTOVERS = s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1))


class Buckets(Construct):
    """`pictures`, `facts`, `models`, `access_logs`; `images_origin` is where browsers send and
    fetch pictures.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, page_origin: str, key: kms.Key, stage: Stage
    ) -> None:
        super().__init__(scope, construct_id)
        self._stage, self._key = stage, key
        self.access_logs = self._access_logs()
        self.pictures = self._bucket(
            "Pictures", cors=[_from_the_page(page_origin)], rules=[_quarantine(), _cold()]
        )
        self.facts = self._bucket("Facts", lock=_lock(stage))
        self.models = self._bucket("Models", rules=[_checkpoints()])
        self.facts.add_to_resource_policy(_only_new_facts(self.facts))
        if stage.retain_data:
            self.facts.add_to_resource_policy(_no_deletion(self.facts))
        self.images_origin = f"https://{self.pictures.bucket_regional_domain_name}"

    def _bucket(
        self,
        construct_id: str,
        *,
        cors: list[s3.CorsRule] | None = None,
        rules: list[s3.LifecycleRule] | None = None,
        lock: s3.ObjectLockRetention | None = None,
    ) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            construct_id,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self._key,
            # One call of KMS for many objects: their price would else be that of the requests.
            bucket_key_enabled=True,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            object_lock_default_retention=lock,
            server_access_logs_bucket=self.access_logs,
            server_access_logs_prefix=f"{construct_id.lower()}/",
            cors=cors,
            lifecycle_rules=[_NO_LEFTOVERS, *(rules or [])],
            removal_policy=self._stage.removal_policy,
        )
        # A bucket that is kept keeps its rules.
        assert bucket.policy
        bucket.policy.apply_removal_policy(self._stage.removal_policy)
        return bucket

    def _access_logs(self) -> s3.Bucket:
        """With S3's own key: S3 delivers no logs into a bucket with a key of ours."""
        return s3.Bucket(
            self,
            "AccessLogs",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=_ACCESS_LOGS_KEPT, noncurrent_version_expiration=Duration.days(1)
                )
            ],
            removal_policy=self._stage.removal_policy,
        )


def _from_the_page(origin: str) -> s3.CorsRule:
    methods = [s3.HttpMethods.GET, s3.HttpMethods.POST]
    return s3.CorsRule(allowed_origins=[origin], allowed_methods=methods, allowed_headers=["*"])


def _quarantine() -> s3.LifecycleRule:
    return s3.LifecycleRule(
        prefix=keys.incoming(""),
        expiration=_INCOMING_KEPT,
        noncurrent_version_expiration=_INCOMING_KEPT,
    )


def _checkpoints() -> s3.LifecycleRule:
    """Releases stay; what a training job needed to go on from is of no use once it has ended."""
    return s3.LifecycleRule(
        prefix=training.CHECKPOINTS_PREFIX,
        expiration=_CHECKPOINTS_KEPT,
        noncurrent_version_expiration=Duration.days(1),
    )


def _cold() -> s3.LifecycleRule:
    """Small objects stay: S3 charges this class as if each had 128 kB, and so moves none below."""
    return s3.LifecycleRule(
        prefix=keys.RADIOGRAPHS,
        transitions=[
            s3.Transition(
                storage_class=s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
                transition_after=_COLD_AFTER,
            )
        ],
    )


def _lock(stage: Stage) -> s3.ObjectLockRetention | None:
    """Compliance, not governance: an audit trail that an administrator can change is none."""
    if not stage.facts_retention_days:
        return None
    return s3.ObjectLockRetention.compliance(Duration.days(stage.facts_retention_days))


def _only_new_facts(facts: s3.Bucket) -> iam.PolicyStatement:
    """A put that could replace a fact is refused, whoever asks."""
    return iam.PolicyStatement(
        sid="DenyPutThatCouldReplaceAFact",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=["s3:PutObject"],
        resources=[facts.arn_for_objects("*")],
        conditions={"Null": {"s3:if-none-match": "true"}},
    )


def _no_deletion(facts: s3.Bucket) -> iam.PolicyStatement:
    """Also of what Object Lock no longer keeps, and of the marker that only hides a fact."""
    return iam.PolicyStatement(
        sid="DenyDeletionOfFacts",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=["s3:DeleteObject", "s3:DeleteObjectVersion"],
        resources=[facts.arn_for_objects("*")],
    )
