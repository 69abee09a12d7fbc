"""A stage with a budget tells people by e-mail of its costs; one without has none."""

import json

from tests.synthesis import Template


def test_a_stage_tells_of_its_own_costs_before_the_month_has_spent_them(
    prod_without_endpoint: Template,
) -> None:
    budget = prod_without_endpoint.only("AWS::Budgets::Budget")
    assert budget["Budget"]["BudgetLimit"] == {"Amount": 1200, "Unit": "USD"}
    assert budget["Budget"]["CostFilters"] == {"TagKeyValue": ["user:stage$prod"]}
    for part in budget["NotificationsWithSubscribers"]:
        assert part["Subscribers"] == [
            {"Address": "on-call@hospital.example", "SubscriptionType": "EMAIL"}
        ]
    notifications = [part["Notification"] for part in budget["NotificationsWithSubscribers"]]
    assert [(each["NotificationType"], each["Threshold"]) for each in notifications] == [
        ("ACTUAL", 80),
        ("FORECASTED", 100),
    ]


def test_unusual_costs_of_a_twentieth_of_the_budget_are_told(
    prod_without_endpoint: Template,
) -> None:
    monitor = prod_without_endpoint.only("AWS::CE::AnomalyMonitor")
    tags = json.loads(monitor["MonitorSpecification"])["Tags"]
    assert (tags["Key"], tags["Values"]) == ("stage", ["prod"])
    subscription = prod_without_endpoint.only("AWS::CE::AnomalySubscription")
    assert json.loads(subscription["ThresholdExpression"])["Dimensions"]["Values"] == ["60"]


def test_without_a_budget_there_is_none(prod: Template) -> None:
    assert not prod.of_type("AWS::Budgets::Budget")
    assert not prod.of_type("AWS::CE::AnomalyMonitor")
