"""Response headers for security and caching: the browser may do only what the page needs."""

from flask import Flask, Response, request

from contracts.response_headers import SECURITY_HEADERS
from ui.settings import Settings
from ui.shared_endpoints import SHARED_ENDPOINTS

_DECODER_SCRIPT = "decoder/film_decoder.js"
_YEAR_SECONDS = 365 * 24 * 3600
_PAGE_HEADERS = {
    **SECURITY_HEADERS,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # The page opens the small login window itself; no page elsewhere gets a handle of this one.
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
}
# Another site that opens our pages, and can measure them on the line, could find out by their
# compressed size what they hold (BREACH). The gateway compresses nothing that has an encoding.
_FOREIGN = ("cross-site", "same-site")
# Their viewer decodes the original in a worker.
_FILM_ENDPOINTS = frozenset({"radiographs.page", "patient_films.compare"})
# In the small window. With a policy of its own, its script could not close it after the login.
_WINDOW_ENDPOINTS = frozenset(
    {f"login.{view}" for view in ("window", "start", "callback", "finish")}
)


def add_response_headers(app: Flask, settings: Settings) -> None:
    policy = build_content_security_policy(settings)
    decoder_policy = policy.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
    film_policy = f"{policy}; worker-src 'self'"
    # The hidden frame that renews the login ends with this page, which shows nothing of anybody.
    frame_policy = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")

    def select_policy() -> str:
        if request.endpoint == "login.finish":
            return frame_policy
        if request.endpoint in _FILM_ENDPOINTS:
            return film_policy
        # A worker has the policy of its own script, so WebAssembly runs there and nowhere else.
        is_decoder = (request.view_args or {}).get("filename") == _DECODER_SCRIPT
        return decoder_policy if is_decoder else policy

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(_PAGE_HEADERS)
        if request.endpoint in _WINDOW_ENDPOINTS:
            response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
        response.headers["Content-Security-Policy"] = select_policy()
        response.headers["Cache-Control"] = _cache_control(response)
        if request.headers.get("Sec-Fetch-Site") in _FOREIGN:
            response.headers["Content-Encoding"] = "identity"
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
            f"frame-src 'self' {settings.login_origin}",
            f"form-action 'self' {images} {settings.login_origin}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


def _cache_control(response: Response) -> str:
    """Static files have their hash in the URL and are cached for a year; pages are about patients
    and are never stored.
    """
    is_file = request.endpoint in SHARED_ENDPOINTS and response.status_code in (200, 304)
    if is_file and "v" in request.args:
        return f"public, max-age={_YEAR_SECONDS}, immutable"
    return "no-cache" if is_file else "no-store"
