"""What error pages say: what happened, whether anything was lost, what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Help:
    """`lost` answers what a doctor asks first."""

    title: str
    what: str
    lost: str = "Nothing is lost."
    todo: str = "Go back and try again."


_OURS = Help(
    title="Something went wrong on our side",
    what="The page could not be made.",
    todo="Try again in a moment. If it happens again, tell support the reference below.",
)
_HELP = {
    400: Help(
        title="This request cannot be read",
        what="Something in it is missing or not what was asked for.",
    ),
    403: Help(
        title="Your account may not do that",
        what="You are logged in, but your account has no right to this.",
        todo="Ask your administrator for the role or the site that you need.",
    ),
    404: Help(
        title="There is nothing here",
        what="The address is not known, or the radiograph is not one of your site's.",
        todo="Look for it in the worklist.",
    ),
    405: Help(title="This page cannot be used like that", what="The address takes other requests."),
    409: Help(
        title="There is no answer yet",
        what="The radiograph has not been screened, so there is nothing to review.",
        lost="Your file is safe. The review was not kept.",
        todo="Wait for the answer, then review it.",
    ),
    413: Help(
        title="That is too much text",
        what="A form may hold 64 kB.",
        lost="What you wrote was not kept.",
        todo="Shorten it and send it again.",
    ),
    422: Help(
        title="That was not understood",
        what="One of the values is out of range.",
        lost="What you sent was not kept.",
        todo="Correct it and send it again.",
    ),
    429: Help(
        title="Many requests at once",
        what="The system takes a limited number of requests a second.",
        todo="Wait a few seconds and try again.",
    ),
    502: Help(
        title="The radiographs cannot be reached",
        what="The part that keeps them does not answer.",
        lost="Nothing is lost: what was uploaded is kept and will be screened.",
        todo="Try again in a moment. If it happens again, tell support the reference below.",
    ),
}
_HELP |= {503: _HELP[502], 504: _HELP[502]}
FORM_TOO_OLD = Help(
    title="This form is too old",
    what="It was opened before you logged in, or in another session, so we cannot be sure that "
    "it was you who sent it.",
    lost="What you sent was not kept. Everything from before is.",
    todo="Go back, load the page again and repeat the last step.",
)


def help_with(status: int) -> Help:
    return _HELP.get(status, _OURS)
