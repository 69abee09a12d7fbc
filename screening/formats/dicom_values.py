"""Reads texts and numbers of a DICOM data set, also as devices write them against the standard."""

from math import isfinite

from pydicom.dataset import Dataset

# No number of a radiograph is larger; beyond it, arithmetic would overflow.
_LARGEST = 1e12


def tag_text(dataset: Dataset, keyword: str) -> str:
    """Returns a tag's value as text; empty where the tag is missing or has no value."""
    value = dataset.get(keyword)
    return "" if value is None else str(value).strip(" \0\t\r\n")


def read_numbers(dataset: Dataset, keyword: str) -> tuple[float | None, ...]:
    """Returns the values of a tag; empty where it is missing or has none.

    A value is None where it is empty, no number or not finite. A decimal comma counts as a point.
    """
    try:
        value = dataset.get(keyword)
    except (TypeError, ValueError, OverflowError):  # pydicom refuses what is no decimal string.
        value = _raw_text(dataset, keyword).split("\\")
    if value is None or value == "":
        return ()
    values = [value] if isinstance(value, str | float | int) else list(value)
    return tuple(_parse(str(each)) for each in values)


def read_first_number(dataset: Dataset, keyword: str) -> float | None:
    """Returns the first value of a tag as `read_numbers` does; None where there is none."""
    return next(iter(read_numbers(dataset, keyword)), None)


def _raw_text(dataset: Dataset, keyword: str) -> str:
    element = dataset.get_item(keyword)
    value = element.value if element is not None else None
    return value.decode("latin-1") if isinstance(value, bytes) else str(value or "")


def _parse(text: str) -> float | None:
    try:
        number = float(text.strip(" \0").replace(",", "."))
    except ValueError:
        return None
    return number if isfinite(number) and abs(number) <= _LARGEST else None
