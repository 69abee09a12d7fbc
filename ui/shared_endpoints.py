"""The files that are the same for everybody: shared caches store them, so none carries a cookie."""

SHARED_ENDPOINTS = frozenset({"static", "language.script_texts"})
