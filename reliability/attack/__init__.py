"""Security tries against a running system, in one file for each family of attacks."""
