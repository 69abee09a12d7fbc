"""Asks the person who started a command, and says so where there is nobody."""

from deploy.errors import DeployError


def ask(text: str, *, without: str) -> str:
    """The line that the person types. Raises DeployError where there is no terminal and no input;
    `without` says how to go on without the question.
    """
    try:
        return input(text)
    except EOFError as error:
        # The question stands there without an end of its line.
        raise DeployError(f"\nNobody can answer here, and nothing was done. {without}") from error
