"""Ingestion: S3 sends a message for each uploaded file to a queue with a dead-letter queue."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource
from constructs import Construct

from bundles.function_definitions import SCREENING_FUNCTION
from cdk.bundled_function import BundledFunction
from cloudwatch.monitored_resources import MonitoredQueue
from contracts import keys
from contracts.queue import BATCH_SIZE, CLOUD_VISIBILITY_FACTOR, MAX_RECEIVE_COUNT

_VISIBILITY = Duration.seconds(CLOUD_VISIBILITY_FACTOR * SCREENING_FUNCTION.timeout_seconds)
# The longest that SQS keeps a message: time to find the cause before redriving.
_DEAD_LETTERS_RETENTION = Duration.days(14)


class Ingestion(Construct):
    """`queue` of files that arrived under `incoming/`; `dead_letters` after the last try."""

    def __init__(
        self, scope: Construct, construct_id: str, *, bucket: s3.Bucket, key: kms.IKey
    ) -> None:
        super().__init__(scope, construct_id)
        self._key = key
        self.dead_letters = self._queue("DeadLetters", retention_period=_DEAD_LETTERS_RETENTION)
        self.queue = self._queue(
            "Queue",
            visibility_timeout=_VISIBILITY,
            dead_letter_queue=sqs.DeadLetterQueue(
                max_receive_count=MAX_RECEIVE_COUNT, queue=self.dead_letters
            ),
        )
        self._allow_s3_to_send()
        self._notify(bucket)

    @property
    def monitored(self) -> MonitoredQueue:
        return MonitoredQueue(name="arrivals", queue=self.queue, dead_letters=self.dead_letters)

    def deliver_to(self, screening: BundledFunction, *, max_concurrency: int) -> None:
        """Starts the function for each batch; only the failed messages of a batch come back."""
        screening.allow(
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
            on=[self.queue.queue_arn],
        )
        screening.function.add_event_source(
            SqsEventSource(
                self.queue,
                batch_size=BATCH_SIZE,
                max_concurrency=max_concurrency,
                report_batch_item_failures=True,
            )
        )

    def _queue(
        self,
        construct_id: str,
        *,
        retention_period: Duration | None = None,
        visibility_timeout: Duration | None = None,
        dead_letter_queue: sqs.DeadLetterQueue | None = None,
    ) -> sqs.Queue:
        return sqs.Queue(
            self,
            construct_id,
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=self._key,
            enforce_ssl=True,
            retention_period=retention_period,
            visibility_timeout=visibility_timeout,
            dead_letter_queue=dead_letter_queue,
        )

    def _allow_s3_to_send(self) -> None:
        """Allows buckets by the prefix of this stack's names. Naming the bucket itself would be a
        cycle, since S3 checks this policy when the bucket is created.
        """
        stack = Stack.of(self)
        self.queue.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[self.queue.queue_arn],
                conditions={
                    "StringEquals": {"aws:SourceAccount": stack.account},
                    "ArnLike": {
                        "aws:SourceArn": f"arn:{stack.partition}:s3:::{stack.stack_name}-*"
                    },
                },
            )
        )

    def _notify(self, bucket: s3.Bucket) -> None:
        """Sets the bucket's own property: the construct's method would add a Lambda function."""
        resource = bucket.node.default_child
        assert isinstance(resource, s3.CfnBucket)
        prefix_filter = s3.CfnBucket.FilterRuleProperty(name="prefix", value=keys.incoming(""))
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(
                    event="s3:ObjectCreated:*",
                    queue=self.queue.queue_arn,
                    filter=s3.CfnBucket.NotificationFilterProperty(
                        s3_key=s3.CfnBucket.S3KeyFilterProperty(rules=[prefix_filter])
                    ),
                )
            ]
        )
        bucket.node.add_dependency(self.queue.node.find_child("Policy"))
