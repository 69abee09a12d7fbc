"""The texts of error pages: what happened, whether anything was lost, what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ErrorText:
    """`loss` says whether anything is lost, which doctors ask first."""

    title: str
    cause: str
    loss: str = "Nothing is lost."
    advice: str = "Go back and try again."


_UNEXPECTED = ErrorText(
    title="Something went wrong on our side",
    cause="The page could not be shown.",
    advice="Try again in a moment. If it happens again, tell support the reference below.",
)
_UNAVAILABLE = ErrorText(
    title="The radiographs cannot be reached",
    cause="The service that stores them does not answer.",
    loss="Nothing is lost: uploaded files are safe and will be screened.",
    advice="Try again in a moment. If it happens again, tell support the reference below.",
)
FORM_EXPIRED = ErrorText(
    title="This form is too old",
    cause="It was opened before you logged in, or in another session, so we cannot be sure that "
    "it was you who sent it.",
    loss="What you sent was not saved. Everything from before is.",
    advice="Go back, load the page again and repeat the last step.",
)
_TEXTS = {
    400: ErrorText(
        title="This request cannot be read",
        cause="A part of it is missing or has the wrong form.",
    ),
    403: ErrorText(
        title="Your account may not do that",
        cause="You are logged in, but your account has no right to this.",
        advice="Ask your administrator for the role or the site that you need.",
    ),
    404: ErrorText(
        title="There is nothing here",
        cause="The address does not exist, or the radiograph is not one of your site's.",
        advice="Look for it in the worklist.",
    ),
    405: ErrorText(
        title="This page cannot be used like that", cause="The address takes other requests."
    ),
    409: ErrorText(
        title="There is no answer yet",
        cause="The radiograph has not been screened, so there is nothing to review.",
        loss="Your file is safe. The review was not saved.",
        advice="Wait for the answer, then review it.",
    ),
    413: ErrorText(
        title="That is too much text",
        cause="A form may hold 64 kB.",
        loss="What you wrote was not saved.",
        advice="Shorten it and send it again.",
    ),
    422: ErrorText(
        title="A value is not accepted",
        cause="One of the values is out of range.",
        loss="What you sent was not saved.",
        advice="Correct it and send it again.",
    ),
    429: ErrorText(
        title="Many requests at once",
        cause="The system takes a limited number of requests a second.",
        advice="Wait a few seconds and try again.",
    ),
    502: _UNAVAILABLE,
    503: _UNAVAILABLE,
    504: _UNAVAILABLE,
}


def error_text(status: int) -> ErrorText:
    """The text for an HTTP status; statuses that are not listed are our fault."""
    return _TEXTS.get(status, _UNEXPECTED)
