"""Which characters a text may hold, and how a stored text with others is shown.

Control characters (Unicode's category Cc) spoil lists and terminals. A lone surrogate (Cs), half of
a character, cannot be encoded in UTF-8, so a page with it cannot be sent.
"""

import re
from typing import Any

# As patterns of the OpenAPI document, which JavaScript and Rust read as well. Surrogates are not in
# them: pydantic refuses them before it matches, and no pattern of Rust can name one.
LINE_PATTERN = r"^[^\x00-\x1F\x7F-\x9F]*$"
TEXT_PATTERN = r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]*$"
# Of a header: letters beyond ASCII are read differently on the way.
HEADER_PATTERN = r"^[\x20-\x7E]*$"

_NOT_IN_LINES = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NOT_IN_TEXTS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def is_line(text: str) -> bool:
    """Whether a text of one line holds only characters that can be shown."""
    return not _NOT_IN_LINES.search(text)


def is_header(text: str) -> bool:
    """Whether a text can be the value of a header, the same for each reader."""
    return text.isascii() and is_line(text)


def is_text(text: str) -> bool:
    """The same for a text that may have tabs and several lines."""
    return not _NOT_IN_TEXTS.search(text)


def replace_unprintable(value: Any) -> Any:
    """A JSON value in whose texts each such character is a replacement character."""
    match value:
        case str():
            return _NOT_IN_TEXTS.sub(_REPLACEMENT, value)
        case dict():
            return {
                replace_unprintable(name): replace_unprintable(field)
                for name, field in value.items()
            }
        case list() | tuple():
            return [replace_unprintable(item) for item in value]
    return value
