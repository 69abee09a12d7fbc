"""What stops a command, in a sentence for the person who gave it."""


class DeployError(Exception):
    """Printed as it is; the command ends with status 2."""
