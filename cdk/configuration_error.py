"""The errors of settings: each names the setting, its value, and what is allowed."""

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches


class ConfigurationError(Exception):
    """A context value that no stage can be built from: its key, its value, and what is allowed."""

    def __init__(self, key: str, value: object, allowed: str) -> None:
        shown = "not set" if value in (None, "", ()) else f"'{_as_written(value)}'"
        super().__init__(f"Context '{key}' is {shown}; allowed are: {allowed}.")


class UnknownSettingError(ConfigurationError):
    """A name without a meaning, such as a misspelt one, with the nearest name that has one."""

    def __init__(self, name: str, names: Iterable[str], *, place: str = "") -> None:
        names = sorted(names)
        nearest = get_close_matches(name, names, n=1)
        advice = f"did you mean '{nearest[0]}'?" if nearest else f"allowed are: {', '.join(names)}."
        where = f" in '{place}'" if place else ""
        Exception.__init__(self, f"Context '{name}'{where} is no setting; {advice}")


class RepeatedSettingError(ConfigurationError):
    """A setting that cdk.json has for both stages although a stage has a value of its own."""

    def __init__(self, name: str, *, stage: str) -> None:
        advice = "Keep one of them: to differ by stage, write it in 'dev' and in 'prod'"
        Exception.__init__(
            self, f"Context '{name}' is set in '{stage}', and for both stages. {advice}."
        )


def _as_written(value: object) -> str:
    """A list as `-c` takes it, the rest as in cdk.json."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, list | Mapping | bool | int | float):
        return json.dumps(value)
    return str(value)
