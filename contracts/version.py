"""The version of this software, as reports name it."""

# That of pyproject.toml, which no bundle has.
SOFTWARE_VERSION = "0.2.0"
