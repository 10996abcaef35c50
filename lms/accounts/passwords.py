"""Hashing of passwords with Argon2id; few at a time, because each takes 64 MiB and a tenth of a second."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
_at_once = BoundedSemaphore(4)
# Verified where there is nobody, so that an unknown employee number takes as long as a wrong password.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZSBzYWx0IGhlcmU$e2KdRUSykxCnmYRBHgvjcHA9xfrRk1x3tWKfX6Y4p4E"


def hashed(password: str) -> str:
    """Return the Argon2id hash of a password, parameters and salt in it."""
    with _at_once:
        return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Say whether `password` is the one that was hashed; takes the same time where nothing is stored."""
    with _at_once:
        try:
            _hasher.verify(stored or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None
