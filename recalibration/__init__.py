"""Fits a site's slope and offset for children to its doctors' reviews, and stores them with it.

May import `contracts`, `screening` and `storage`. The command is `make recalibrate`.
"""
