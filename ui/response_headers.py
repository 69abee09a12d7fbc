"""Response headers for security and caching: the browser may do only what the page needs."""

from flask import Flask, Response, request

from contracts.response_headers import SECURITY_HEADERS
from ui.settings import Settings

_YEAR_SECONDS = 365 * 24 * 3600
_PAGE_HEADERS = {
    **SECURITY_HEADERS,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def add_response_headers(app: Flask, settings: Settings) -> None:
    policy = build_content_security_policy(settings)

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(_PAGE_HEADERS)
        response.headers["Content-Security-Policy"] = policy
        response.headers["Cache-Control"] = _cache_control(response)
        return response


def build_content_security_policy(settings: Settings) -> str:
    """Allows no inline script or style, and images from and uploads to the images bucket only."""
    images = settings.images_origin
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' blob: {images}",
            f"connect-src 'self' {images}",
            f"form-action 'self' {images} {settings.login_origin}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def _cache_control(response: Response) -> str:
    """Static files have their hash in the URL and are cached for a year; pages are about patients
    and are never stored.
    """
    is_file = request.endpoint == "static" and response.status_code in (200, 304)
    if is_file and "v" in request.args:
        return f"public, max-age={_YEAR_SECONDS}, immutable"
    return "no-cache" if is_file else "no-store"
