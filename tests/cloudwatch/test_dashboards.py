"""Four dashboards answer questions, and take all names of our metrics from the contracts."""

import ast
from pathlib import Path

import pytest

from bundles.function_definitions import CANARY_FUNCTIONS, FUNCTIONS
from contracts.metrics import NAMESPACE, Metric
from tests.cloudwatch.template_metrics import widgets
from tests.conftest import ROOT
from tests.synthesis import Template

CODE = sorted((ROOT / "cloudwatch").rglob("*.py"))


def test_there_are_four(monitoring: Template) -> None:
    dashboards = monitoring.of_type("AWS::CloudWatch::Dashboard").values()
    names = {dashboard["DashboardName"] for dashboard in dashboards}
    boards = ("service", "model", "infrastructure", "alarms")
    assert names == {f"chest-xray-prod-us-east-1-{name}" for name in boards}


def test_each_title_is_a_question(monitoring: Template) -> None:
    titles = [widget["title"] for widget in widgets(monitoring) if "markdown" not in widget]
    assert len(titles) == len(set(titles))
    assert all(title.endswith("?") for title in titles)


def test_each_graph_draws_something(monitoring: Template) -> None:
    contents = ("metrics", "alarms", "annotations", "query", "markdown")
    assert all(any(map(widget.get, contents)) for widget in widgets(monitoring))


def test_the_service_dashboard_shows_every_alarm(monitoring: Template) -> None:
    shown = [alarm for widget in widgets(monitoring) for alarm in widget.get("alarms", [])]
    assert len(shown) == len(monitoring.of_type("AWS::CloudWatch::Alarm"))


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.stem)
def test_no_metric_of_ours_is_spelled_out(path: Path) -> None:
    texts = {
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not texts & {NAMESPACE, *Metric}


@pytest.mark.parametrize("part", ["AWS/WAFV2", "/aws/sagemaker/TrainingJobs", "AWS/SageMaker"])
def test_what_is_made_after_the_stack_is_drawn_too(monitoring: Template, part: str) -> None:
    assert any(part in str(widget.get("metrics")) for widget in widgets(monitoring))


def test_each_dashboard_leads_to_the_others_to_the_logs_and_to_the_runbooks(
    monitoring: Template,
) -> None:
    rows = [widget["markdown"] for widget in widgets(monitoring) if "markdown" in widget]
    boards = ("service", "model", "infrastructure", "alarms")
    assert len(rows) == len(boards)
    for row in rows:
        for board in boards:
            assert f"#dashboards/dashboard/chest-xray-prod-us-east-1-{board})" in row
        assert "#logsV2:logs-insights)" in row
        assert "(https://handbook.example/runbooks/README.md)" in row


def test_each_alarm_is_drawn_with_its_threshold(monitoring: Template) -> None:
    """CloudWatch draws the line of an alarm that a graph names among its annotations."""
    drawings = [
        alarm
        for widget in widgets(monitoring)
        for alarm in widget.get("annotations", {}).get("alarms", [])
    ]
    assert len(drawings) == len(monitoring.of_type("AWS::CloudWatch::Alarm"))


def test_the_service_dashboard_shows_the_newest_errors_of_every_function(
    monitoring: Template,
) -> None:
    [query] = [widget["query"] for widget in widgets(monitoring) if "query" in widget]
    assert query.count("SOURCE") == len(FUNCTIONS) - len(CANARY_FUNCTIONS)
    assert "\n| filter level in" in query
