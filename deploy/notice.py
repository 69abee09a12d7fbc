"""A sentence of a check before a deploy that does not stop the deploy."""


class Notice(str):
    """All other sentences of a check stop it."""

    __slots__ = ()
