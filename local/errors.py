"""Errors that keep the system from starting; each message is a sentence for the person at the
terminal.

LocalError
├── SettingsError       an environment variable holds a value that is not allowed
├── InUseError          another run uses the data folder, or another process uses a port
├── PrepareError        a download or a build failed
├── RedisMissingError   there is no Redis server to start
├── ServiceStartError   a service or a function did not start
└── NotRunningError     a command needs the running system
"""


class LocalError(Exception):
    """Printed at the terminal without a stack trace."""


class SettingsError(LocalError):
    pass


class InUseError(LocalError):
    pass


class PrepareError(LocalError):
    pass


class RedisMissingError(LocalError):
    pass


class ServiceStartError(LocalError):
    pass


class NotRunningError(LocalError):
    pass
