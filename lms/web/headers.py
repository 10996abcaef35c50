"""Headers of every answer: a strict content policy, no sniffing, no framing, no referrer beyond our own pages."""

from flask import Flask, Response


def content_policy(media_origin: str = "") -> str:
    """Return the content policy of pages; pictures, sound and film may come from `media_origin` besides our own."""
    more = f" {media_origin}" if media_origin else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data:{more}",
            f"media-src 'self'{more}",
            "connect-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def init(app: Flask, *, secure: bool, media_origin: str = "") -> None:
    """Add the headers to every answer of `app`; `secure`: people reach us over https only."""
    policy = content_policy(media_origin)

    def add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)")
        headers.setdefault("Cache-Control", "no-store")
        if secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

    app.after_request(add)
