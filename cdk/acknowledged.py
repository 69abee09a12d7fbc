"""The rules of cdk-nag that are not met: where, why, and what would resolve each. At most 15."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cdk.config import Stage
from cdk.data_stack import DataStack
from cdk.service_stack import ServiceStack
from cdk.wildcards import wildcards

_SERVERLESS = "Serverless"
# cdk-nag gives one rule a name in each of these packs. PCI DSS has no rule that the others lack.
_TWIN_PACKS = ("HIPAA.Security", "NIST.800.53.R5", "PCI.DSS.321")


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    """`paths` are construct paths in the `account`, the `data` or the `service` stack."""

    rules: Sequence[str]
    paths: Sequence[str]
    reason: str
    lifted_by: str

    @property
    def text(self) -> str:
        return f"{self.reason} Lifted by: {self.lifted_by}"


def _rule_names(rule: str) -> list[str]:
    """The rule under its names in the packs that share it."""
    return [f"{pack}-{rule}" for pack in _TWIN_PACKS]


_FUNCTIONS = [
    f"service/{name}/Function"
    for name in (
        *("Accounts", "Api", "Canary", "Delete", "Drift", "Rebuild", "Registration", "Release"),
        *("Screening", "Ui"),
    )
]

_FIXED = (
    Acknowledgement(
        rules=["AwsSolutions-L1", f"{_SERVERLESS}-LambdaLatestVersion"],
        paths=_FUNCTIONS,
        reason="All artefacts run on one Python, and SageMaker's TensorFlow containers are 3.12.",
        lifted_by="TensorFlow containers with a later Python.",
    ),
    Acknowledgement(
        rules=_rule_names("LambdaConcurrency"),
        paths=_FUNCTIONS,
        reason="Reserved concurrency throttles the queue's pollers, and a new account has too "
        "little to reserve; the event source and API Gateway limit how many run.",
        lifted_by="An account quota of twice the concurrency of all functions.",
    ),
    Acknowledgement(
        rules=[
            *_rule_names("LambdaDLQ"),
            f"{_SERVERLESS}-LambdaDLQ",
            f"{_SERVERLESS}-EventBusDLQ",
        ],
        paths=[
            *(
                path
                for path in _FUNCTIONS
                if not path.endswith(("Rebuild/Function", "Drift/Function"))
            ),
            "service/CanarySchedule",
        ],
        reason="API Gateway waits for its answers, and the queue has a dead-letter queue. "
        "CloudFormation repeats a failed release twice and then stops the deploy, so nobody would "
        "read its dead-letter queue. A deletion that failed three times rings an alarm, and the "
        "film's page continues it. A canary that does not start is missing in its metric.",
        lifted_by="A caller that neither waits nor retries.",
    ),
    Acknowledgement(
        rules=_rule_names("LambdaInsideVPC"),
        paths=[f"service/{name}/Function" for name in ("Accounts", "Canary", "Registration", "Ui")],
        reason="The functions of the page, the accounts and the canary have no right to data and "
        "call public addresses only.",
        lifted_by="Any right to data.",
    ),
    Acknowledgement(
        rules=_rule_names("S3BucketReplicationEnabled"),
        paths=[f"data/Buckets/{name}" for name in ("AccessLogs", "Facts", "Models", "Pictures")],
        reason="A stage has one region; buckets are versioned, and facts locked, in three zones.",
        lifted_by="A hospital that asks for a copy in a second region (docs/deploy.md).",
    ),
    Acknowledgement(
        rules=["AwsSolutions-SMG4", *_rule_names("SecretsManagerRotationEnabled")],
        paths=[
            "data/SessionSecret",
            "data/PageKey",
            "data/SearchKey",
            "data/CanaryAccount",
            "service/Cache/Token",
            "service/Cache/RecordKey",
        ],
        reason="Random values that no person sees, rotated by hand (docs/deploy.md). A new session "
        "secret logs everybody out; a new Redis token takes two steps with a wait between them.",
        lifted_by="A rotation function.",
    ),
    Acknowledgement(
        rules=_rule_names("CloudWatchAlarmAction"),
        paths=["service/Watch"],
        reason="Several alarms of one part tell people once, by a composite alarm.",
        lifted_by="Rules that know composite alarms.",
    ),
    Acknowledgement(
        rules=[*_rule_names("APIGWSSLEnabled"), *_rule_names("APIGWCacheEnabledAndEncrypted")],
        paths=["service/FrontDoor/Stage"],
        reason="Functions are called through IAM, not over TLS with a client certificate; and each "
        "answer is for one doctor, so nothing may be cached.",
        lifted_by="A backend reached over HTTP, or an answer that is the same for all.",
    ),
    Acknowledgement(
        rules=["AwsSolutions-APIG2"],
        paths=["data/FrontDoor"],
        reason="The functions validate requests, and answer with the name of the wrong field.",
        lifted_by="Methods declared one by one.",
    ),
    Acknowledgement(
        rules=["AwsSolutions-APIG4", "AwsSolutions-COG4"],
        paths=["service/FrontDoor"],
        reason="The page itself redirects to the login and holds the session; `/v1` needs a token.",
        lifted_by="A page that needs no login page.",
    ),
)


def acknowledgements(
    data: DataStack, service: ServiceStack, stage: Stage
) -> Iterable[Acknowledgement]:
    """All acknowledgements of a stage: the fixed ones, and those that depend on its settings."""
    yield from _FIXED
    prefix = f"{service.node.path}/"
    yield Acknowledgement(
        rules=[
            f"{_SERVERLESS}-LambdaEventSourceMappingDestination",
            f"{_SERVERLESS}-SQSRedrivePolicy",
            f"{_SERVERLESS}-SNSRedrivePolicy",
            f"{_SERVERLESS}-EventBusDLQ",
            "AwsSolutions-SQS3",
        ],
        paths=[
            "service/Screening/Function",
            "data/Intake/DeadLetters",
            "service/Refill/DeadLetters",
            "service/DriftSchedule/DeadLetters",
            "service/Training/Failed",
            "service/Training/WhenFailed",
            *(
                f"service/{subscription.node.path.removeprefix(prefix)}"
                for subscription in service.alarm_subscriptions
            ),
        ],
        reason="Failed messages of a queue go to its dead-letter queue; a destination is for "
        "streams, and a dead-letter queue has no further one, nor has that of training jobs that "
        "failed. An alarm that cannot be delivered stays on in CloudWatch, and nobody would be "
        "told of a queue of such alarms either.",
        lifted_by="Another kind of source.",
    )
    endpoint = ["service/Endpoint/Config"] if stage.endpoint_instance_type else []
    yield Acknowledgement(
        rules=[
            *_rule_names("S3DefaultEncryptionKMS"),
            *_rule_names("SageMakerEndpointConfigurationKMSKeyConfigured"),
        ],
        paths=["data/Buckets/AccessLogs", *endpoint],
        reason="AWS accepts no key of ours here: S3 delivers access logs only under its own key, "
        "and the hardware of GPU instances encrypts their disks.",
        lifted_by="Support for our keys in S3's log delivery, or GPU instances without disks.",
    )
    yield Acknowledgement(
        rules=[f"AwsSolutions-IAM5[Resource::{resource}]" for resource in wildcards(data, stage)],
        paths=["account", "service"],
        reason="Objects, log streams, network interfaces, training jobs and their models have no "
        "names before they are created; and X-Ray, the image registry's token, API Gateway's role "
        "for logs, lists of models and EC2's Describe actions have no resources.",
        lifted_by="Resource-level permissions of AWS for these actions.",
    )
    public = _rule_names("VPCNoUnrestrictedRouteToIGW") if stage.trains else []
    yield Acknowledgement(
        rules=[*_rule_names("VPCDefaultSecurityGroupClosed"), *public],
        paths=["service/Network/Vpc"],
        reason="Nothing uses the default group, and CloudFormation cannot empty it without a "
        "function that may change any security group. Where models are trained, the public subnets "
        "have a route to the internet, and only the NAT gateways are in them.",
        lifted_by="CloudFormation support for the default group's rules, and jobs that install no "
        "packages.",
    )
    if not stage.threat_protection:
        yield Acknowledgement(
            rules=["AwsSolutions-COG8"],
            paths=["data/Login/Users"],
            reason="Threat protection is charged per user; this stage has no real patients.",
            lifted_by="The setting threat_protection, which prod has.",
        )
