"""Settings, read once at start from `LMS_*` or the file `LMS_CONFIG` names; a wrong value stops the start."""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Self
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_SECRET = 32  # characters


class SettingsError(ValueError):
    """A setting is wrong; the text names it."""


class Settings(BaseSettings):
    """All settings with their defaults. Each is described in docs/operators-guide.md."""

    model_config = SettingsConfigDict(env_prefix="LMS_", frozen=True, extra="ignore", str_strip_whitespace=True)

    data_dir: Path = Path("var")
    database_url: str = ""
    redis_url: str = ""
    storage_url: str = ""
    storage_endpoint: str = ""
    storage_key: str = ""
    storage_secret: SecretStr = SecretStr("")
    storage_region: str = "us-east-1"
    storage_direct: bool = True
    secret_key: SecretStr = SecretStr("")
    base_url: str = "http://127.0.0.1:8000"
    time_zone: str = "Asia/Shanghai"
    locale: str = Field(default="zh", pattern="^(zh|en)$")
    session_hours: int = Field(default=12, ge=1, le=24 * 30)
    trusted_proxies: int = Field(default=0, ge=0, le=5)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is not an IANA time zone such as Asia/Shanghai")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"must have at least {SHORTEST_SECRET} characters; leave it out to have one made")
        return value

    @field_validator("base_url")
    @classmethod
    def _http(cls, value: str) -> str:
        if not re.match(r"https?://[^/\s]", value):
            raise ValueError("must start with http:// or https:// and name a host")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
            raise ValueError("must start with sqlite:/// or postgresql+psycopg://")
        if value in ("sqlite:///", "sqlite:///:memory:"):
            raise ValueError("must name a file, as in sqlite:////var/lib/onramp/onramp.db")
        return value

    @field_validator("storage_url")
    @classmethod
    def _known_storage(cls, value: str) -> str:
        if value and not re.fullmatch(r"file:///\S.*|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[\w./-]*)?", value):
            raise ValueError("must be file:///folder or s3://bucket or s3://bucket/prefix")
        return value.rstrip("/")

    @field_validator("storage_endpoint")
    @classmethod
    def _address_or_nothing(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^/\s?#]+(?:/[^\s?#]*)?", value):
            raise ValueError("must start with http:// or https:// and name a host; leave it out for Amazon's own")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _whole_bucket(self) -> Self:
        missing = [name for name in ("storage_key", "storage_secret") if not _given(getattr(self, name))]
        if self.storage_url.startswith("s3://") and missing:
            names = ", ".join(f"LMS_{name.upper()}" for name in missing)
            raise ValueError(f"a bucket needs {names}")
        return self

    @property
    def database(self) -> str:
        """Return the database address, by default a SQLite file in `data_dir`."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'onramp.db'}"

    @property
    def storage(self) -> str:
        """Return where files are kept, by default a folder in `data_dir`."""
        return self.storage_url or f"file://{self.data_dir.absolute() / 'files'}"

    @property
    def secure(self) -> bool:
        """Say whether people reach us over https, so that cookies may be marked Secure."""
        return self.base_url.startswith("https://")


def _given(value: str | SecretStr) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


def load() -> Settings:
    """Return the settings or raise SettingsError with one line per wrong value."""
    config = os.environ.get("LMS_CONFIG")
    if config and not Path(config).is_file():
        raise SettingsError(f"LMS_CONFIG: there is no file {config}")
    try:
        settings = Settings(_env_file=config)  # type: ignore[call-arg]  # the keyword is pydantic-settings' own
    except ValidationError as error:
        lines = [f"LMS_{'_'.join(map(str, e['loc'] or ('storage_url',))).upper()}: {e['msg']}" for e in error.errors()]
        raise SettingsError("\n".join(lines)) from None
    if settings.secret_key.get_secret_value():
        return settings
    return settings.model_copy(update={"secret_key": SecretStr(_kept_secret(settings.data_dir))})


def _kept_secret(data_dir: Path) -> str:
    """Return the secret of this installation, made at the first start and kept beside the data."""
    file = data_dir / "secret.key"
    try:
        if not file.exists():
            _make_secret(file)
        secret = file.read_text()
    except OSError as error:
        raise SettingsError(f"LMS_DATA_DIR: {error.filename or file}: {error.strerror}") from None
    if len(secret) < SHORTEST_SECRET:
        raise SettingsError(f"LMS_DATA_DIR: {file} holds no secret; delete it, and a new one is made")
    return secret


def _make_secret(file: Path) -> None:
    """Write a secret that appears complete or not at all; of several that start at once, the first one's stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(48))
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):
            os.link(beside, file)
    finally:
        beside.unlink(missing_ok=True)
