"""Settings, read once at start from `LMS_*` or the file `LMS_CONFIG` names; a wrong value stops the start."""

import os
import secrets
from pathlib import Path
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(ValueError):
    """A setting is wrong; the text names it."""


class Settings(BaseSettings):
    """All settings with their defaults. Each is described in docs/operators-guide.md."""

    model_config = SettingsConfigDict(env_prefix="LMS_", frozen=True, extra="ignore", str_strip_whitespace=True)

    data_dir: Path = Path("var")
    database_url: str = ""
    redis_url: str = ""
    storage_url: str = ""
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

    @field_validator("base_url")
    @classmethod
    def _http(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
            raise ValueError("must start with sqlite:/// or postgresql+psycopg://")
        return value

    @property
    def database(self) -> str:
        """Return the database address, by default a SQLite file in `data_dir`."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'onramp.db'}"

    @property
    def secure(self) -> bool:
        """Say whether people reach us over https, so that cookies may be marked Secure."""
        return self.base_url.startswith("https://")


def load() -> Settings:
    """Return the settings or raise SettingsError with one line per wrong value."""
    config = os.environ.get("LMS_CONFIG")
    if config and not Path(config).is_file():
        raise SettingsError(f"LMS_CONFIG: there is no file {config}")
    try:
        settings = Settings(_env_file=config)  # type: ignore[call-arg]  # the keyword is pydantic-settings' own
    except ValidationError as error:
        lines = [f"LMS_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise SettingsError("\n".join(lines)) from None
    if settings.secret_key.get_secret_value():
        return settings
    return settings.model_copy(update={"secret_key": SecretStr(_kept_secret(settings.data_dir))})


def _kept_secret(data_dir: Path) -> str:
    """Return the secret of this installation, made at the first start and kept beside the data."""
    data_dir.mkdir(parents=True, exist_ok=True)
    file = data_dir / "secret.key"
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return file.read_text()
