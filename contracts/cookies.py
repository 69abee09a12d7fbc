"""The cookie by which the firewall counts requests, and the page tells browsers apart."""

# `__Host-`: browsers take it only over TLS, for this host alone.
VISITOR_COOKIE = "__Host-sid"
