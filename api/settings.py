"""What an operator may set, each by an environment variable: CHARTCODE_HOME, CHARTCODE_MAX_BODY_BYTES, ..."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from data.home import Home


def _to_home(value: Any) -> Any:
    return Home(Path(value).expanduser().resolve()) if isinstance(value, str | Path) else value


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="CHARTCODE_", frozen=True, extra="ignore", arbitrary_types_allowed=True
    )

    home: Annotated[Home, NoDecode, BeforeValidator(_to_home)] = Field(default_factory=Home.from_environment)
    max_body_bytes: int = Field(default=2 * 1024 * 1024, ge=1024)
    max_import_bytes: int = Field(default=16 * 1024 * 1024, ge=1024, description="Of a body under /v1/imports/.")
    model_slots: int = Field(default=2, ge=1, description="How many requests use a model at the same time.")
    model_wait_seconds: float = Field(default=20, ge=0, description="After this long in the queue the answer is 503.")
    sign_in_attempts: int = Field(default=5, ge=1, description="Failures by name and by address in a window.")
    sign_in_window_seconds: float = Field(default=300, gt=0)
    session_hours: float = Field(default=10, gt=0)
    secure_cookies: bool = Field(default=False, description="Set it where browsers come over TLS.")
    trusted_proxies: str = Field(default="", description="Addresses whose X-Forwarded headers are believed, by commas.")
    probe_share: float = Field(
        default=0, ge=0, le=0.2, description="Of encounters whose suggestions are spoiled to see whether coders notice."
    )
    probe_seed: str = Field(default="", repr=False, description="Chooses them; known to the auditor alone.")
    demo: bool = Field(default=False, description="Says on every page that patients, notes and claims are invented.")
