"""The hours in which an endpoint with a schedule is there, of each day in one time zone."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, kw_only=True)
class EndpointHours:
    """From the hour `first` on, until the hour `end` begins."""

    first: int
    end: int
    time_zone: str

    def __str__(self) -> str:
        return f"{self.first}-{self.end} {self.time_zone}"

    def contain(self, moment: datetime) -> bool:
        """`moment` has a time zone, whichever."""
        return self.first <= moment.astimezone(ZoneInfo(self.time_zone)).hour < self.end


def parse_endpoint_hours(text: str) -> EndpointHours | None:
    """From its text; None from an empty one. Raises ValueError, also for an unknown time zone."""
    if not text:
        return None
    hours, _, time_zone = text.partition(" ")
    first, _, end = hours.partition("-")
    try:
        ZoneInfo(time_zone)
    except KeyError as error:
        raise ValueError(f"{time_zone} is no time zone") from error
    return EndpointHours(first=int(first), end=int(end), time_zone=time_zone)
