"""The cookie that identifies a browser, so that the firewall can limit its rate of requests."""

# Browsers accept the prefix `__Host-` only over TLS and for this host alone.
VISITOR_COOKIE = "__Host-sid"
