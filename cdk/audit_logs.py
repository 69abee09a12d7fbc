"""Log groups for audits: requests, network flows and blocked requests.

They belong to the data stack, so that they outlive the resources that write to them.
"""

from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.config import Stage
from cdk.log_protection import build_protection


class AuditLogs(Construct):
    """`api_access`, a line per request; `flows` of the network; `firewall`, blocked requests."""

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.IKey, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self._key, self._stage = key, stage
        self.api_access = self._group("Door")
        self.flows = self._group("Flows")
        # WAF writes only to groups whose name has this prefix.
        self.firewall_name = f"aws-waf-logs-chest-xray-{stage.name}"
        self.firewall = self._group("Firewall", name=self.firewall_name)

    def _group(self, construct_id: str, *, name: str | None = None) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            construct_id,
            log_group_name=name,
            encryption_key=self._key,
            data_protection_policy=build_protection(),
            retention=self._stage.log_retention,
            removal_policy=self._stage.removal_policy,
        )
