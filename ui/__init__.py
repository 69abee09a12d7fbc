"""The web page for doctors: Flask and HTMX over the `/v1` API, called with the doctor's own token.

May import `contracts` only.
"""
