"""The cookie by which the firewall counts a browser's requests, and the page tells browsers."""

# `__Host-`: browsers take it only over TLS, for this host alone.
VISITOR_COOKIE = "__Host-sid"
