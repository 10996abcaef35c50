"""Who asks, behind a proxy that we trust: what the proxy says, and nothing that a client can make up."""

import os
import re
import subprocess
import sys
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from lms import db, schema
from lms.accounts.models import SignInFailure
from tests.wheel_check import free_port, opened

SEEN_BY_PROXY, MADE_UP = "192.0.2.7", "203.0.113.9"


@pytest.mark.real_time
def test_a_client_cannot_choose_its_address_by_a_header_that_reads_like_the_proxys(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/onramp.db"
    engine = db.connect(url)
    schema.upgrade(engine)
    port = free_port()
    own = {"LMS_DATABASE_URL": url, "LMS_DATA_DIR": str(tmp_path), "LMS_TRUSTED_PROXIES": "1", "LMS_LOCALE": "en"}
    command = [Path(sys.executable).parent / "lms", "serve", "--port", str(port), "--workers", "1", "--no-jobs"]
    server = subprocess.Popen(command, env=os.environ | own)  # ours
    try:
        opened(f"http://127.0.0.1:{port}/readyz")
        for forged in ("X_Forwarded_For", "x_forwarded-for", "X-Forwarded_For"):
            fail_to_sign_in(f"http://127.0.0.1:{port}/sign-in", {"X-Forwarded-For": SEEN_BY_PROXY, forged: MADE_UP})
    finally:
        server.terminate()
        server.wait(30)
    with db.Database(engine).reading() as session:
        assert session.scalars(select(SignInFailure.address)).all() == [SEEN_BY_PROXY] * 3
    engine.dispose()


def fail_to_sign_in(url: str, headers: dict[str, str]) -> None:
    """Send a wrong password as a browser does, with more headers."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = browser.open(url).read().decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    sent = urlencode({"csrf_token": token[1], "employee_no": "E1", "password": "wrong"}).encode()
    request = urllib.request.Request(url, sent, {"Referer": url, **headers})  # our own loopback address
    with pytest.raises(HTTPError, match="4"):
        browser.open(request)
