"""The page that doctors use: Flask and HTMX, over the `/v1` API with the doctor's own token."""
