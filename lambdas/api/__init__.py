"""The `/v1` API: one route per file, `handler` puts them together."""
