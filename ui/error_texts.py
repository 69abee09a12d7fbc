"""The texts of error pages: what happened, whether anything was lost, what to do."""

from dataclasses import asdict, dataclass, replace
from http import HTTPStatus

from contracts.language import gettext, mark

# What was sent by a form, after an error; each form may be sent twice.
_NOT_STORED = mark("What you sent is not stored.")
_PERHAPS_STORED = mark("What you sent may not be stored; sending it again does no harm.")
_NO_LOSS = mark("Nothing is lost.")


@dataclass(frozen=True, kw_only=True)
class ErrorText:
    """`loss` says whether anything is lost, which doctors ask first. The texts are marked here, and
    translated by `translate`.
    """

    title: str
    cause: str
    loss: str = _NO_LOSS
    advice: str = mark("Go back and try again.")

    def translate(self) -> "ErrorText":
        texts = {name: gettext(text) for name, text in asdict(self).items()}
        return ErrorText(**texts)


_UNEXPECTED = ErrorText(
    title=mark("Something went wrong on our side"),
    cause=mark("The page could not be shown."),
    advice=mark("Try again in a moment. If it happens again, tell support the reference below."),
)
UNAVAILABLE = ErrorText(
    title=mark("The radiographs cannot be reached"),
    cause=mark("The service that stores them does not answer."),
    loss=mark("Nothing is lost: uploaded files are safe and will be screened."),
    advice=mark("Try again in a moment. If it happens again, tell support the reference below."),
)
FORM_EXPIRED = ErrorText(
    title=mark("This form is too old"),
    cause=mark(
        "It was opened before you logged in, or in another session, so we cannot be sure that "
        "it was you who sent it."
    ),
    loss=mark("What you sent was not saved. Everything from before is."),
    advice=mark("Go back, load the page again and repeat the last step."),
)
_TEXTS = {
    400: ErrorText(
        title=mark("This request cannot be read"),
        cause=mark("A part of it is missing or has the wrong form."),
    ),
    403: ErrorText(
        title=mark("Your account may not do that"),
        cause=mark("You are logged in, but your account has no right to this."),
        advice=mark("Ask your administrator for the role or the site that you need."),
    ),
    404: ErrorText(
        title=mark("There is nothing here"),
        cause=mark("The address does not exist, or the radiograph is not one of your site's."),
        advice=mark("Look for it in the worklist."),
    ),
    405: ErrorText(
        title=mark("This page cannot be used like that"),
        cause=mark("The address takes other requests."),
    ),
    409: ErrorText(
        title=mark("There is no answer yet"),
        cause=mark("The radiograph has not been screened, so there is nothing to review."),
        loss=mark("Your file is safe. The review was not saved."),
        advice=mark("Wait for the answer, then review it."),
    ),
    413: ErrorText(
        title=mark("That is too much text"),
        cause=mark("A form may hold 64 kB."),
        loss=mark("What you wrote was not saved."),
        advice=mark("Shorten it and send it again."),
    ),
    422: ErrorText(
        title=mark("A value is not accepted"),
        cause=mark("One of the values is out of range."),
        loss=mark("What you sent was not saved."),
        advice=mark("Correct it and send it again."),
    ),
    429: ErrorText(
        title=mark("Many requests at once"),
        cause=mark("The system takes a limited number of requests a second."),
        advice=mark("Wait a few seconds and try again."),
    ),
    502: UNAVAILABLE,
    503: UNAVAILABLE,
    504: UNAVAILABLE,
}


def error_text(status: int, *, is_form: bool = False) -> ErrorText:
    """The text for an HTTP status; statuses that are not listed are our fault. `is_form`: a form
    was sent, which may not be stored.
    """
    text = _TEXTS.get(status, _UNEXPECTED)
    if not is_form:
        return text
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return replace(text, loss=_PERHAPS_STORED)
    return replace(text, loss=_NOT_STORED) if text.loss == _NO_LOSS else text
