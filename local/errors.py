"""What can keep the system from starting. Each text is a sentence for the person who started it.

LocalError
├── SettingsError   a choice that cannot be followed
├── TakenError      another run has the data folder, or somebody has a port
├── PrepareError    something could not be fetched or built
├── RedisMissingError
└── PartError       a part did not come up
"""


class LocalError(Exception):
    """Said, without a stack trace."""


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
