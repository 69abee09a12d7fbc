"""The three buckets: pictures with who they are of, facts, and models."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.config import Stage


class Buckets(Construct):
    """`pictures`, `facts`, `models`; `pictures_origin` is where browsers send and fetch pictures.

    Encrypted with keys that S3 manages: customer-managed keys come with the whole cloud.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, page_origin: str, stage: Stage
    ) -> None:
        super().__init__(scope, construct_id)
        self._stage = stage
        self.pictures = self._bucket("Pictures", cors=[_from_the_page(page_origin)])
        self.facts = self._bucket("Facts")
        self.models = self._bucket("Models")
        self.facts.add_to_resource_policy(_only_new_facts(self.facts))
        self.pictures_origin = f"https://{self.pictures.bucket_regional_domain_name}"

    def _bucket(self, construct_id: str, *, cors: list[s3.CorsRule] | None = None) -> s3.Bucket:
        policy = RemovalPolicy.RETAIN if self._stage.retain_data else RemovalPolicy.DESTROY
        return s3.Bucket(
            self,
            construct_id,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            cors=cors,
            # A part of an upload that never ended would be kept, and paid for, for ever.
            lifecycle_rules=[
                s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1))
            ],
            removal_policy=policy,
        )


def _from_the_page(origin: str) -> s3.CorsRule:
    methods = [s3.HttpMethods.GET, s3.HttpMethods.POST]
    return s3.CorsRule(allowed_origins=[origin], allowed_methods=methods, allowed_headers=["*"])


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
