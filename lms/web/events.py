"""Server-sent events: a page hears that it is out of date and fetches its fragment; the stream carries no content."""

import time
from collections.abc import Iterator

from flask import Response, current_app

from lms.live import Enough, Full, Hub, token

HEARTBEAT_SECONDS = 15
STREAM_SECONDS = 300
SLICE_SECONDS = 1.0  # how long the end of the server may wait for a stream


def hub() -> Hub:
    """Return the hub of the current application."""
    found: Hub = current_app.extensions["lms_live"]
    return found


def event_stream(channels: tuple[str, ...], found: dict[str, int], who: str) -> Response:
    """Answer with the token of `channels` now and whenever it changes.

    503 where this process has no room, 429 where `who` has as many streams as one may; the page then asks by itself.
    `found` are the numbers read just now, in a transaction that is closed. A browser that comes back reads them anew.
    """
    waits_in = hub()
    try:
        listener = waits_in.enter(channels, who)
    except Enough:
        return Response("", 429, {"Retry-After": "30"})
    except Full:
        return Response("", 503, {"Retry-After": "30"})

    def events() -> Iterator[str]:
        listener.tell(found)
        listener.news.clear()
        yield f"retry: 1000\ndata: {token(channels, found)}\n\n"
        started = spoke = time.monotonic()
        while time.monotonic() - started < STREAM_SECONDS and not waits_in.ending():
            news = listener.wait(SLICE_SECONDS)
            if news is None and time.monotonic() - spoke < HEARTBEAT_SECONDS:
                continue
            spoke = time.monotonic()
            yield f"data: {news}\n\n" if news is not None else ":\n\n"

    response = Response(events(), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"  # a proxy that collects answers would keep this one for itself
    response.call_on_close(lambda: waits_in.leave(listener))
    return response
