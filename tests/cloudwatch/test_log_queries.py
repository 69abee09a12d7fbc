"""Saved queries ask for fields that our log lines have."""

import re

from cdk.api_logs import FIELDS
from tests.synthesis import Template

# Of Logs Insights itself, and of the answers.
_OWN_FIELDS = {"@timestamp", "@message", "@log", "@type", "@initDuration", "@maxMemoryUsed"}
_OWN_FIELDS |= {"@memorySize", "percent", "calls", "starts", "requests"}
# Powertools writes the first four into each line; our functions add the others.
_LOG_FIELDS = {"service", "level", "message", "xray_trace_id", "radiograph_id", "error", "status"}
_KEYWORDS = {"fields", "filter", "sort", "stats", "limit", "by", "as", "desc", "asc"}
_KEYWORDS |= {"in", "or", "like", "count", "max", "ispresent"}


def queries(monitoring: Template) -> dict[str, str]:
    definitions = monitoring.of_type("AWS::Logs::QueryDefinition").values()
    return {each["Name"].partition("/")[2]: each["QueryString"] for each in definitions}


def test_there_is_a_query_for_each_question_of_a_person_on_call(monitoring: Template) -> None:
    assert set(queries(monitoring)) == {
        "newest errors",
        "one radiograph, by its id",
        "one request, by its reference",
        "slow requests",
        "refused and failed requests",
        "how much of its memory each function uses",
        "how often and how long functions start",
    }


def test_each_query_names_fields_that_exist(monitoring: Template) -> None:
    for name, query in queries(monitoring).items():
        text = re.sub(r"/[^/]+/|\"[^\"]*\"", "", query)
        words = set(re.findall(r"@?[A-Za-z_]+", text)) - _KEYWORDS
        assert words <= _OWN_FIELDS | _LOG_FIELDS | set(FIELDS), name
