"""Login by OpenID Connect, the encrypted session cookie, and the user who is logged in.

May import `contracts` and the rest of `ui`.
"""
