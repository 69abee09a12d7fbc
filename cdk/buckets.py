"""The buckets: images with identities, facts, models, and the access logs of all three."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.config import Stage
from contracts import keys, training
from contracts.canary import CANARY_ID_PREFIX, CANARY_RETENTION, CANARY_SITE

# Received files are copied out of `incoming/` at once; what stays there was refused, came too
# late, or belongs to a message in the dead-letter queue, which SQS keeps for 14 days.
_INCOMING_RETENTION = Duration.days(15)
# Images are opened again within weeks, if at all. This class costs a third and answers in
# milliseconds.
_COLD_AFTER = Duration.days(90)
_CHECKPOINTS_RETENTION = Duration.days(30)
_ACCESS_LOGS_RETENTION = Duration.days(365)
# All that the canary's films leave, also where a deletion failed. A bucket's policy keeps no
# lifecycle rule from its work.
_CANARY_FACTS = (keys.facts_prefix(CANARY_ID_PREFIX)[:-1], f"views/{CANARY_SITE}/")
_CANARY_IMAGES = (
    keys.incoming(CANARY_ID_PREFIX),
    f"{keys.RADIOGRAPHS_PREFIX}{CANARY_ID_PREFIX}",
    f"{keys.LISTS_PREFIX}{CANARY_SITE}/",
)
# Without it, S3 keeps the parts of an incomplete upload for ever.
_ABORT_INCOMPLETE_UPLOADS = s3.LifecycleRule(
    abort_incomplete_multipart_upload_after=Duration.days(1)
)


class Buckets(Construct):
    """`images`, `facts`, `models`, `access_logs`; `images_origin` is the origin to which browsers
    upload images and from which they fetch them.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, page_origin: str, key: kms.Key, stage: Stage
    ) -> None:
        super().__init__(scope, construct_id)
        self._stage, self._key = stage, key
        self.access_logs = self._access_logs()
        self.images = self._bucket(
            "Pictures",
            cors=[_cors_rule(page_origin)],
            rules=[
                _expire_incoming(),
                _expire_entries(keys.LISTS_PREFIX),
                _expire_entries(keys.SEARCH_PREFIX),
                _move_to_cold_storage(),
                *map(_expire_canary, _CANARY_IMAGES),
            ],
        )
        self.facts = self._bucket(
            "Facts", lock=_object_lock(stage), rules=list(map(_expire_canary, _CANARY_FACTS))
        )
        self.models = self._bucket("Models", rules=[_expire_checkpoints()])
        self.facts.add_to_resource_policy(_deny_replacing_puts(self.facts))
        if stage.retain_data:
            self.facts.add_to_resource_policy(_deny_deletion(self.facts))
        self.images_origin = f"https://{self.images.bucket_regional_domain_name}"

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
            # One KMS call for many objects, instead of one per object.
            bucket_key_enabled=True,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            object_lock_default_retention=lock,
            server_access_logs_bucket=self.access_logs,
            server_access_logs_prefix=f"{construct_id.lower()}/",
            cors=cors,
            lifecycle_rules=[_ABORT_INCOMPLETE_UPLOADS, *(rules or [])],
            removal_policy=self._stage.removal_policy,
        )
        # A bucket that is retained keeps its policy.
        assert bucket.policy
        bucket.policy.apply_removal_policy(self._stage.removal_policy)
        return bucket

    def _access_logs(self) -> s3.Bucket:
        """Uses S3's own key: S3 delivers no logs into a bucket with a customer-managed key."""
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
                    expiration=_ACCESS_LOGS_RETENTION,
                    noncurrent_version_expiration=Duration.days(1),
                )
            ],
            removal_policy=self._stage.removal_policy,
        )


def _cors_rule(origin: str) -> s3.CorsRule:
    methods = [s3.HttpMethods.GET, s3.HttpMethods.POST]
    return s3.CorsRule(allowed_origins=[origin], allowed_methods=methods, allowed_headers=["*"])


def _expire_incoming() -> s3.LifecycleRule:
    return s3.LifecycleRule(
        prefix=keys.incoming(""),
        expiration=_INCOMING_RETENTION,
        noncurrent_version_expiration=_INCOMING_RETENTION,
    )


def _expire_entries(prefix: str) -> s3.LifecycleRule:
    """Removes what is left of an entry that was deleted."""
    return s3.LifecycleRule(
        prefix=prefix,
        expired_object_delete_marker=True,
        noncurrent_version_expiration=Duration.days(1),
    )


def _expire_canary(prefix: str) -> s3.LifecycleRule:
    retention = Duration.days(CANARY_RETENTION.days)
    return s3.LifecycleRule(
        prefix=prefix, expiration=retention, noncurrent_version_expiration=retention
    )


def _expire_checkpoints() -> s3.LifecycleRule:
    """Checkpoints are useless once their training job has ended; releases stay."""
    return s3.LifecycleRule(
        prefix=training.CHECKPOINTS_PREFIX,
        expiration=_CHECKPOINTS_RETENTION,
        noncurrent_version_expiration=Duration.days(1),
    )


def _move_to_cold_storage() -> s3.LifecycleRule:
    """S3 moves no object below 128 kB, because this class charges at least that size."""
    return s3.LifecycleRule(
        prefix=keys.RADIOGRAPHS_PREFIX,
        transitions=[
            s3.Transition(
                storage_class=s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
                transition_after=_COLD_AFTER,
            )
        ],
    )


def _object_lock(stage: Stage) -> s3.ObjectLockRetention | None:
    """Compliance mode: in governance mode an administrator could change the audit trail."""
    if not stage.facts_retention_days:
        return None
    return s3.ObjectLockRetention.compliance(Duration.days(stage.facts_retention_days))


def _deny_replacing_puts(facts: s3.Bucket) -> iam.PolicyStatement:
    """Denies everybody a put that could replace a fact."""
    return iam.PolicyStatement(
        sid="DenyPutThatCouldReplaceAFact",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=["s3:PutObject"],
        resources=[facts.arn_for_objects("*")],
        conditions={"Null": {"s3:if-none-match": "true"}},
    )


def _deny_deletion(facts: s3.Bucket) -> iam.PolicyStatement:
    """Denies deletion also after Object Lock has ended, and delete markers, which hide a fact."""
    return iam.PolicyStatement(
        sid="DenyDeletionOfFacts",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=["s3:DeleteObject", "s3:DeleteObjectVersion"],
        resources=[facts.arn_for_objects("*")],
    )
