"""Settings of one installation, read once from the environment."""
import os
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import SystemFault


@dataclass(frozen=True)
class Settings:
    """Everything that differs between installations.

    Attributes
    ----------
    database_url
        Owner's connection: migrations, imports, commands.
    web_database_url
        The web server's connection; a role that does not own the tables where the operator made one.
    secret_key
        Signs sessions. The web server refuses to start without one.
    region_code
        The region that commands take when ``--region`` is not given.
    state_dir
        Where uploads and caches may be written; outside the checkout.
    secure_cookies
        True where the site is served over TLS.
    """

    database_url: str
    web_database_url: str
    secret_key: str | None
    region_code: str
    state_dir: Path
    secure_cookies: bool


def load_settings(environment=os.environ) -> Settings:
    """The settings that the environment gives.

    Raises
    ------
    SystemFault
        ``DATABASE_URL_MISSING`` where no database is named.
    """
    url = environment.get("DATABASE_URL", "").strip()
    if not url:
        raise SystemFault(
            "DATABASE_URL_MISSING",
            "DATABASE_URL is not set",
            next_step="start NetGrid with scripts/run, or set DATABASE_URL to your PostGIS server",
        )
    return Settings(
        database_url=driver_url(url),
        web_database_url=driver_url(environment.get("WEB_DATABASE_URL", "").strip() or url),
        secret_key=environment.get("SECRET_KEY") or None,
        region_code=environment.get("NETGRID_REGION", "421000"),
        state_dir=Path(environment.get("NETGRID_STATE_DIR", "var")).absolute(),
        secure_cookies=environment.get("NETGRID_SECURE_COOKIES", "") == "1",
    )


def driver_url(url: str) -> str:
    """The URL with the driver that NetGrid uses named: operators write ``postgresql://``."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg2://" + url[len(prefix):]
    return url
