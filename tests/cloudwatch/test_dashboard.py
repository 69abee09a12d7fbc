"""The dashboard draws what is emitted, under the names of the contracts."""

import json
import re

from contracts import metrics


def _text(template):
    body = template.only("AWS::CloudWatch::Dashboard")["DashboardBody"]
    parts = body["Fn::Join"][1]
    return "".join(part if isinstance(part, str) else "token" for part in parts)


def _searches(template):
    """(schema, metric) of each search for a metric of our own."""
    pattern = rf"SEARCH\('\{{({metrics.NAMESPACE},[^}}]*)\}} MetricName=\"(\w+)\"'"
    found = []
    for widget in json.loads(_text(template))["widgets"]:
        for line in widget["properties"].get("metrics", []):
            expression = line[0].get("expression", "") if isinstance(line[0], dict) else ""
            found += re.findall(pattern, expression)
    return found


def test_each_metric_of_our_own_has_a_name_of_the_contracts(template):
    names = {metric for _, metric in _searches(template)}
    assert names
    assert names <= {metric.value for metric in metrics.Metric}


def test_each_dimension_has_a_name_of_the_contracts(template):
    known = {metrics.SITE, metrics.DECISION, metrics.PREDICTOR, metrics.REASON, metrics.VERDICT}
    for schema, _ in _searches(template):
        namespace, service, *others = schema.split(",")
        assert (namespace, service) == (metrics.NAMESPACE, metrics.SERVICE)
        assert set(others) <= known


def test_no_metric_of_our_own_is_drawn_but_by_search(template):
    searched = len(_searches(template))
    assert _text(template).count(metrics.NAMESPACE) == searched


def test_each_title_is_a_question(template):
    titles = [each["properties"]["title"] for each in json.loads(_text(template))["widgets"]]
    assert titles
    assert all(title.endswith("?") for title in titles)
