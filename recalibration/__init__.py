"""Fits a site's slope and offset to the reviews of its doctors, and stores them with the site.

May import `contracts`, `screening` and `storage`. The command is `make recalibrate`.
"""
