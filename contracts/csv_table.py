"""Tables that people write or save from a spreadsheet: CSV in UTF-8, with commas or semicolons."""

import csv
import io
from pathlib import Path


class TableError(ValueError):
    """The file is no such table; the message says why and what to do."""


def open_table(path: Path) -> "csv.DictReader[str]":
    """Returns the rows as they are read, by column names in lower case; an absent field is empty.

    The names may be capitals, and semicolons may stand between the columns, as spreadsheets write
    them where a comma is the decimal sign. What follows the last column is under None. Raises
    TableError.
    """
    try:
        # Excel writes a byte order mark.
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(f"{path} is not in UTF-8: save it as CSV UTF-8.") from error
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}.") from error
    header = text.partition("\n")[0]
    delimiter = ";" if ";" in header else ","
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            pass
    except csv.Error as error:
        raise TableError(f"{path} is no CSV file: {error}.") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restval="")
    reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
    return reader
