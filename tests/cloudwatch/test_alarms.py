"""Each alarm has its texts, runbook and topic, and the simple ones ring when they should."""

import json
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from bundles.function_definitions import CANARY_FUNCTIONS, FUNCTIONS
from reliability.alarm_evaluator import ALARM, OK, Value, states
from tests.cloudwatch.conftest import SITES, FindAlarm
from tests.conftest import ROOT
from tests.synthesis import Template

RUNBOOKS = ROOT / "docs" / "runbooks"


def alarms(monitoring: Template) -> dict[str, dict[str, Any]]:
    """The alarms of rules by their names within the stage, without those of objectives."""
    properties = monitoring.of_type("AWS::CloudWatch::Alarm").values()
    names = {alarm["AlarmName"].removeprefix("chest-xray-prod-"): alarm for alarm in properties}
    return {name: alarm for name, alarm in names.items() if not name.startswith("objective-")}


def notifiers(monitoring: Template) -> dict[str, dict[str, Any]]:
    """What tells people that an alarm rings: the alarm itself, or composite alarms."""
    composites = monitoring.of_type("AWS::CloudWatch::CompositeAlarm").values()
    result = {}
    for key, alarm in monitoring.of_type("AWS::CloudWatch::Alarm").items():
        candidates = [alarm, *(each for each in composites if key in json.dumps(each["AlarmRule"]))]
        [notifier] = [each for each in candidates if "AlarmActions" in each]
        result[alarm["AlarmName"].removeprefix("chest-xray-prod-")] = notifier
    return result


def pages(monitoring: Template) -> set[str]:
    """The runbooks that alarms name."""
    properties = [
        *alarms(monitoring).values(),
        *monitoring.of_type("AWS::CloudWatch::CompositeAlarm").values(),
    ]
    address = r"Runbook: https://handbook\.example/runbooks/([\w-]+\.md)$"
    matches = [re.search(address, each["AlarmDescription"]) for each in properties]
    assert all(matches)
    return {match[1] for match in matches if match}


def test_every_alarm_has_its_runbook_and_the_reverse(monitoring: Template) -> None:
    assert pages(monitoring) == {page.name for page in RUNBOOKS.glob("*.md")} - {"README.md"}


def test_the_index_leads_from_every_alarm_to_its_runbook_and_says_whom_it_tells(
    monitoring: Template,
) -> None:
    index = (RUNBOOKS / "README.md").read_text()
    rows = re.findall(r"^\| (`.+`) \| (.+) \| \[.+\]\((.+)\) \|$", index, re.MULTILINE)
    for name, alarm in alarms(monitoring).items():
        [topic] = notifiers(monitoring)[name]["AlarmActions"]
        severity = "page" if "Page" in topic["Ref"] else "ticket"
        assert [
            page
            for patterns, severities, page in rows
            if any(fnmatch(name, pattern) for pattern in re.findall(r"`(.+?)`", patterns))
            if severity in severities and f"/runbooks/{page}" in alarm["AlarmDescription"]
        ], name


def test_the_index_lists_every_runbook() -> None:
    links = set(re.findall(r"\]\(([\w-]+\.md)\)", (RUNBOOKS / "README.md").read_text()))
    assert links == {page.name for page in RUNBOOKS.glob("*.md")} - {"README.md"}


@pytest.mark.parametrize("page", sorted(RUNBOOKS.glob("*.md")), ids=lambda page: page.stem)
def test_a_runbook_says_what_doctors_see_and_whom_to_wake(page: Path) -> None:
    if page.name == "README.md":
        return
    text = page.read_text()
    for part in ("**Means.**", "**Doctors see**", "**First look.**", "**Fix.**", "**Wake**"):
        assert part in text
    for link in re.findall(r"\]\(([\w-]+\.md)\)", text):
        assert (RUNBOOKS / link).exists()


def test_a_message_that_a_runbook_searches_for_is_logged() -> None:
    code = "".join(path.read_text() for path in (ROOT / "lambdas").rglob("*.py"))
    pages = "".join(page.read_text() for page in RUNBOOKS.glob("*.md"))
    messages = re.findall(r'filter message = "(.+?)"', pages)
    assert messages
    assert [message for message in messages if f'"{message}"' not in code] == []


def test_every_alarm_tells_one_topic_when_it_rings_and_when_it_is_over(
    monitoring: Template,
) -> None:
    topics = {frozenset({"Ref": name}.items()) for name in monitoring.of_type("AWS::SNS::Topic")}
    assert len(topics) == 2
    used = set()
    for alarm in notifiers(monitoring).values():
        [ring], [end] = alarm["AlarmActions"], alarm["OKActions"]
        assert ring == end
        used.add(frozenset(ring.items()))
    assert used == topics


def test_every_alarm_says_what_to_do_and_why_it_rings_there(monitoring: Template) -> None:
    for alarm in alarms(monitoring).values():
        action, reason = alarm["AlarmDescription"].split(" Threshold: ")
        assert action.endswith(".")
        assert reason.split(" Runbook: ")[0].endswith(".")
        assert len(alarm["AlarmDescription"]) <= 1024  # The limit of CloudWatch.
        is_breaching = alarm["AlarmName"].endswith(("-canary", "-refill-missing"))
        missing = ("breaching",) if is_breaching else ("notBreaching", "ignore")
        assert alarm["TreatMissingData"] in missing


def test_no_alarm_looks_further_back_than_cloudwatch_does(monitoring: Template) -> None:
    for alarm in alarms(monitoring).values():
        periods = [part["MetricStat"]["Period"] for part in alarm.get("Metrics", [])[1:]]
        assert len(set(periods)) <= 1
        period = alarm.get("Period") or periods[0]
        # A day, or a week with periods of an hour and longer.
        limit = 86_400 if period < 3_600 else 604_800
        assert period * alarm["EvaluationPeriods"] <= limit


def test_the_canary_rings_where_it_fails_twice_or_does_not_start(find_alarm: FindAlarm) -> None:
    alarm = find_alarm("canary")
    runs = (1, 1, 0, 1, 0, 0, 1, 1, None, 1, None, None)
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    values = [
        Value(at=300.0 * number, name="CanarySucceeded", dimensions=dimensions, value=run)
        for number, run in enumerate(runs, start=1)
        if run is not None
    ]
    moments = [300.0 * number for number in range(3, len(runs) + 1)]
    expected = [OK, OK, ALARM, ALARM, ALARM, OK, OK, OK, ALARM, ALARM]
    assert states(alarm, values, at=moments) == expected


# The canary's two ring by its own alarm.
@pytest.mark.parametrize(
    "function", [each.name for each in FUNCTIONS if each not in CANARY_FUNCTIONS]
)
@pytest.mark.parametrize("kind", ["fails", "slow", "throttled"])
def test_every_function_is_watched(monitoring: Template, function: str, kind: str) -> None:
    assert f"{function}-{kind}" in alarms(monitoring)


@pytest.mark.parametrize("site", SITES)
def test_every_site_is_watched(monitoring: Template, site: str) -> None:
    kinds = ("positive-rate-high", "positive-rate-low-day", "answers-slow", "radiographs-failed")
    assert {f"{kind}-{site}" for kind in kinds} <= alarms(monitoring).keys()


def _values(alarm: dict[str, Any], name: str, *values: float) -> list[Value]:
    """Values of a metric of the alarm, one per minute."""
    parts = [part["MetricStat"]["Metric"] for part in alarm.get("Metrics", [])[1:]] or [alarm]
    [metric] = {part["MetricName"]: part for part in parts if part["MetricName"] == name}.values()
    dimensions = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
    return [
        Value(at=60.0 * minute, name=name, dimensions=dimensions, value=value)
        for minute, value in enumerate(values, start=1)
    ]


def test_one_dead_letter_rings_until_the_queue_is_empty(find_alarm: FindAlarm) -> None:
    alarm = find_alarm("arrivals-dead-letter")
    values = _values(alarm, "ApproximateNumberOfMessagesVisible", 0, 1, 1)
    assert states(alarm, values, at=[60, 120, 36_000]) == [OK, ALARM, ALARM]
    values += [Value(at=36_060, name=values[0].name, dimensions=values[0].dimensions, value=0)]
    assert states(alarm, values, at=[120, 36_060]) == [ALARM, OK]


def test_a_change_of_role_rings_and_a_steady_primary_does_not(find_alarm: FindAlarm) -> None:
    alarm = find_alarm("redis-001-failed-over")
    assert states(alarm, _values(alarm, "IsMaster", 1, 1, 1, 0, 0), at=[180, 300]) == [OK, ALARM]


@pytest.mark.parametrize(("errors", "state"), [(2, OK), (5, OK), (6, ALARM)])
def test_a_function_rings_by_its_share_of_errors(
    find_alarm: FindAlarm, errors: int, state: str
) -> None:
    alarm = find_alarm("api-fails")
    values = _values(alarm, "Errors", errors) + _values(alarm, "Invocations", 100)
    assert states(alarm, values, at=[300]) == [state]


def test_a_nightly_job_rings_with_its_first_error(find_alarm: FindAlarm) -> None:
    alarm = find_alarm("rebuild-fails")
    values = _values(alarm, "Errors", 1) + _values(alarm, "Invocations", 1)
    assert states(alarm, values, at=[300]) == [ALARM]
