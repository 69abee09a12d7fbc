"""The headers that tell the browser what this page may do: as little as it needs."""

from flask import Flask, Response, request

from ui.settings import Settings

_YEAR = 365 * 24 * 3600
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # The form protection reads the referrer of our own pages; nobody else is told.
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": f"max-age={_YEAR}; includeSubDomains",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def send_with_every_answer(app: Flask, settings: Settings) -> None:
    policy = content_security_policy(settings)

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(_ALWAYS)
        response.headers["Content-Security-Policy"] = policy
        response.headers["Cache-Control"] = _caching(response)
        return response


def content_security_policy(settings: Settings) -> str:
    """No inline script or style; pictures from, and uploads to, the pictures bucket alone."""
    pictures = settings.images_origin
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' blob: {pictures}",
            f"connect-src 'self' {pictures}",
            f"form-action 'self' {pictures} {settings.login_origin}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def _caching(response: Response) -> str:
    """Files carry their own hash in their address; pages are about patients."""
    is_file = request.endpoint == "static" and response.status_code in (200, 304)
    if is_file and "v" in request.args:
        return f"public, max-age={_YEAR}, immutable"
    return "no-cache" if is_file else "no-store"
