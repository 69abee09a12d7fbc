"""The budget of a stage, and a watch for unusual costs. Both are told by e-mail.

They count what has the tag `stage`, once the account that pays has activated this tag as a cost
allocation tag (docs/deploy.md).
"""

import json
from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_ce as ce
from constructs import Construct

_TAG = "stage"
# A warning while there is time to act, and one as soon as the month is forecast to cost it all.
_SHARES = (("ACTUAL", 80), ("FORECASTED", 100))
# An anomaly that costs this part of the month's budget is told; less is noise.
_ANOMALY_SHARE = 0.05


class Budget(Construct):
    """`dollars` a month. AWS takes up to ten e-mail addresses."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: str,
        dollars: int,
        emails: Sequence[str],
    ) -> None:
        super().__init__(scope, construct_id)
        # All regions of an account share the names of budgets.
        name = f"chest-xray-{stage}-{Stack.of(self).region}"
        budgets.CfnBudget(
            self,
            "Month",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=name,
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=dollars, unit="USD"),
                cost_filters={"TagKeyValue": [f"user:{_TAG}${stage}"]},
            ),
            notifications_with_subscribers=[
                _notify(kind, share, emails) for kind, share in _SHARES
            ],
        )
        tags = {"Tags": {"Key": _TAG, "Values": [stage], "MatchOptions": ["EQUALS"]}}
        monitor = ce.CfnAnomalyMonitor(
            self,
            "Anomalies",
            monitor_name=name,
            monitor_type="CUSTOM",
            monitor_specification=json.dumps(tags),
        )
        impact = {
            "Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
            "MatchOptions": ["GREATER_THAN_OR_EQUAL"],
            "Values": [str(round(dollars * _ANOMALY_SHARE))],
        }
        ce.CfnAnomalySubscription(
            self,
            "AnomalyMail",
            subscription_name=name,
            frequency="DAILY",
            monitor_arn_list=[monitor.attr_monitor_arn],
            subscribers=[
                ce.CfnAnomalySubscription.SubscriberProperty(type="EMAIL", address=email)
                for email in emails
            ],
            threshold_expression=json.dumps({"Dimensions": impact}),
        )


def _notify(
    kind: str, share: int, emails: Sequence[str]
) -> budgets.CfnBudget.NotificationWithSubscribersProperty:
    return budgets.CfnBudget.NotificationWithSubscribersProperty(
        notification=budgets.CfnBudget.NotificationProperty(
            notification_type=kind,
            comparison_operator="GREATER_THAN",
            threshold=share,
            threshold_type="PERCENTAGE",
        ),
        subscribers=[
            budgets.CfnBudget.SubscriberProperty(subscription_type="EMAIL", address=email)
            for email in emails
        ],
    )
