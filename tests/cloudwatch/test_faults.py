"""One fault tells people once, and a page goes before the tickets of the same part."""

import json
from fnmatch import fnmatch
from typing import Any

import pytest

from tests.synthesis import Template


def composites(monitoring: Template) -> dict[str, dict[str, Any]]:
    properties = monitoring.of_type("AWS::CloudWatch::CompositeAlarm").values()
    names = {each["AlarmName"].removeprefix("chest-xray-prod-"): each for each in properties}
    return {name: each for name, each in names.items() if name.startswith("fault-")}


def members(monitoring: Template, composite: dict[str, Any]) -> set[str]:
    rule = json.dumps(composite["AlarmRule"])
    return {
        alarm["AlarmName"].removeprefix("chest-xray-prod-")
        for key, alarm in monitoring.of_type("AWS::CloudWatch::Alarm").items()
        if key in rule
    }


def test_each_part_of_the_system_tells_once_for_a_severity(monitoring: Template) -> None:
    assert set(composites(monitoring)) == {
        "fault-screening-page",
        "fault-screening-ticket",
        "fault-page-and-api-page",
        "fault-page-and-api-ticket",
        "fault-endpoint-ticket",
        "fault-redis-ticket",
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fault-screening-page", {"screening-fails", "arrivals-queue-old", "arrivals-dead-letter"}),
        ("fault-page-and-api-page", {"front-door-fails", "api-fails", "ui-fails"}),
        ("fault-redis-ticket", {"redis-away-screening", "redis-001-full", "redis-002-busy"}),
    ],
)
def test_it_rings_with_the_first_of_its_alarms(
    monitoring: Template, name: str, expected: set[str]
) -> None:
    composite = composites(monitoring)[name]
    assert expected <= members(monitoring, composite)
    rule = json.dumps(composite["AlarmRule"])
    assert " OR " in rule and " AND " not in rule


def test_a_ticket_waits_for_the_page_of_its_part(monitoring: Template) -> None:
    by_name = composites(monitoring)
    keys = monitoring.of_type("AWS::CloudWatch::CompositeAlarm")
    for name, composite in by_name.items():
        page = by_name.get(name.replace("-ticket", "-page"))
        if page is None or page is composite:
            assert "ActionsSuppressor" not in composite
        else:
            suppressor = composite["ActionsSuppressor"]["Fn::GetAtt"][0]
            assert keys[suppressor] == page
            assert composite["ActionsSuppressorWaitPeriod"] == 300


def test_what_is_a_fault_of_its_own_tells_by_itself(monitoring: Template) -> None:
    for alarm in monitoring.of_type("AWS::CloudWatch::Alarm").values():
        name = alarm["AlarmName"].removeprefix("chest-xray-prod-")
        if any(fnmatch(name, each) for each in ("positive-rate-*", "unknown-upload")):
            assert alarm["AlarmActions"]
