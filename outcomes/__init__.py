"""Imports outcomes, which became known elsewhere than from a radiograph, from a table (CSV).

It works on S3 alone. May import `contracts` and `storage`. The command is `make outcomes`.
"""
