"""The edge of the commands that change a site's data in the running system after a question."""

import os
import sys
from collections.abc import Callable

from local.errors import LocalError
from local.settings import Settings, from_environment

# In AWS, the id of the operator's credentials stands here.
OPERATOR = "operator"


def run_command(run: Callable[[Settings], str], *, refusal: type[Exception]) -> int:
    """Prints the sentence that `run` returns. Returns 0 once all is stored, 1 for a `refusal`, and
    2 for a wrong setting.
    """
    try:
        sentence = run(from_environment(os.environ))
    except LocalError as error:
        print(error, file=sys.stderr)
        return 2
    except refusal as error:
        print(error, file=sys.stderr)
        return 1
    print(sentence)
    return 0


def confirm(text: str) -> bool:
    """YES=1 answers the question. Without a terminal nobody says yes, and the command says that
    nothing was stored.
    """
    if os.environ.get("YES"):
        return True
    try:
        return input(text) == "yes"
    except EOFError:
        return False
