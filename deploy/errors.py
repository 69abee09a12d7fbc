"""The error of the commands in this package."""


class DeployError(Exception):
    """Its message is a sentence for people; the command prints it and ends with status 2."""
