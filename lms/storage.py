"""Files outside the database: in a folder, or in a bucket of anything that speaks S3. Keys are ours, never a person's.

Nothing is opened before it is used: the client of the bucket does not survive a fork, and the server forks.
"""

import os
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from lms.settings import Settings

CHUNK = 256 * 1024
PART = 8 * 1024 * 1024  # of an upload; S3 takes no smaller parts than 5 MB
ANSWERS_WITHIN = "20s"
LONGEST_REASON = 160


class StorageError(OSError):
    """The storage does not do what it is asked; the text names the setting at fault."""


class Storage:
    """One folder or one bucket. `direct`: browsers may fetch from the bucket itself, by a link that it checks."""

    def __init__(self, settings: Settings) -> None:
        scheme, _, rest = settings.storage.partition("://")
        self.folder = Path(rest) if scheme == "file" else None
        self.bucket, _, self.prefix = ("", "", "") if self.folder else rest.partition("/")
        self.direct = bool(self.bucket) and settings.storage_direct
        self._settings = settings

    @property
    def where(self) -> str:
        """Return where files are, as an operator reads it."""
        return str(self.folder) if self.folder else f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    @property
    def origin(self) -> str:
        """Return scheme and host that browsers fetch from besides our own; nothing where all goes through us."""
        if not self.direct:
            return ""
        parts = urlsplit(self._sign("probe", 60))
        return f"{parts.scheme}://{parts.netloc}"

    @cached_property
    def _store(self) -> LocalStore | S3Store:
        if self.folder is not None:
            return LocalStore(self.folder, mkdir=True)
        settings = self._settings
        options: dict[str, Any] = {"endpoint": settings.storage_endpoint} if settings.storage_endpoint else {}
        return S3Store(
            self.bucket,
            prefix=self.prefix or None,
            access_key_id=settings.storage_key,
            secret_access_key=settings.storage_secret.get_secret_value(),
            region=settings.storage_region,
            client_options={"allow_http": settings.storage_endpoint.startswith("http://"), "timeout": ANSWERS_WITHIN},
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
            virtual_hosted_style_request=False,
            **options,
        )

    def put(self, key: str, source: bytes | IO[bytes], *, content_type: str) -> None:
        """Store all of `source` under `key`; whoever reads meanwhile sees the old bytes or the new ones, never half."""
        more: dict[str, Any] = {"attributes": {"Content-Type": content_type}} if self.bucket else {}
        obstore.put(self._store, key, source, chunk_size=PART, **more)

    def size(self, key: str) -> int:
        """Return the bytes under `key`, or raise FileNotFoundError."""
        return int(obstore.head(self._store, key)["size"])

    def exists(self, key: str) -> bool:
        """Say whether there is something under `key`."""
        try:
            self.size(key)
        except FileNotFoundError:
            return False
        return True

    def get(self, key: str) -> bytes:
        """Return what is under `key`, all of it at once, or raise FileNotFoundError."""
        return bytes(obstore.get(self._store, key).bytes())

    def get_range(self, key: str, start: int, length: int) -> Iterator[bytes]:
        """Yield `length` bytes from `start` on in pieces; FileNotFoundError is raised at once, before the first."""
        if not length:
            return iter(())
        found = obstore.get(self._store, key, options={"range": (start, start + length)})
        return (bytes(piece) for piece in found.stream(min_chunk_size=CHUNK))

    def delete(self, key: str) -> None:
        """Remove what is under `key`, if anything is."""
        try:
            obstore.delete(self._store, key)
        except FileNotFoundError:
            return

    def listed(self) -> Iterator[tuple[str, int, datetime]]:
        """Yield all there is: its key, its bytes, and when it was put there last."""
        for some in obstore.list(self._store):
            for each in some:
                yield each["path"], each["size"], each["last_modified"]

    def link(self, key: str, *, turn: int, seconds: int) -> str:
        """Return the bucket's own link for `seconds`, where `direct`; all who ask in the same `turn` get the same one.

        A browser keeps what it has fetched by its address, so the address should not change with every page.
        """
        return _kept_link(self, key, turn, seconds)

    def _sign(self, key: str, seconds: int) -> str:
        if not isinstance(self._store, S3Store):
            raise StorageError("LMS_STORAGE_URL: a folder signs no links")
        return obstore.sign(self._store, "GET", key, timedelta(seconds=seconds))

    def check(self) -> None:
        """Write, read and delete a small file; raise StorageError that names the setting and says what went wrong.

        Not in a process that forks afterwards: its children could not use the bucket any more.
        """
        key = f"check/{os.getpid()}-{secrets.token_hex(4)}"
        try:
            self.put(key, b"onramp", content_type="text/plain")
            found = self.get(key)
            self.delete(key)
        except (BaseError, OSError, ValueError) as error:
            raise StorageError(f"{self._at_fault}: {self.where}: {_first_line(error)}") from None
        if found != b"onramp":
            raise StorageError(f"{self._at_fault}: {self.where}: what was written does not come back")

    @property
    def _at_fault(self) -> str:
        if self.bucket:
            return "LMS_STORAGE_URL, _ENDPOINT, _KEY, _SECRET or _REGION"
        return "LMS_STORAGE_URL" if self._settings.storage_url else "LMS_DATA_DIR"


@lru_cache(maxsize=4096)
def _kept_link(storage: Storage, key: str, _turn: int, seconds: int) -> str:
    return storage._sign(key, seconds)  # noqa: SLF001  # a part of the class that keeps what it made


def _first_line(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return (text[0] if text else type(error).__name__)[:LONGEST_REASON]
