"""Login by OpenID Connect, the session cookie, and the user that they identify."""
