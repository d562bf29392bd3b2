"""Settings of one installation, read once from the environment."""
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.core.errors import SystemFault


@dataclass(frozen=True)
class Provider:
    """An OpenID Connect provider at which people may sign in.

    Attributes
    ----------
    issuer
        Its address, as its tokens name it.
    name
        What the sign-in page calls it.
    claim
        ``sub`` or ``email``: what of its tokens is a login of the list of people.
    group_claim
        Where its tokens tell groups.
    grants
        What people of a group get whom the list does not know: group, role, and the place that they may see; None is everywhere.
    """

    issuer: str
    client_id: str
    client_secret: str
    name: str
    claim: str
    group_claim: str
    grants: tuple[tuple[str, str, str | None], ...]


CLAIMS = ("sub", "email")
# Elsewhere what it says must come over TLS.
OWN_MACHINE = ("127.0.0.1", "localhost", "::1")


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
    provider
        At which people may sign in beside the site's own passwords; None where none is named, and then nothing is asked anywhere.
    """

    database_url: str
    web_database_url: str
    secret_key: str | None
    region_code: str
    state_dir: Path
    secure_cookies: bool
    provider: Provider | None = None


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
        provider=load_provider(environment),
    )


def load_provider(environment) -> Provider | None:
    """The provider that the environment names.

    Raises
    ------
    SystemFault
        ``OIDC_BAD`` where what it says is incomplete, or the provider is not reached over TLS.
    """
    given = {name: environment.get(f"NETGRID_OIDC_{name}", "").strip() for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")}
    if not given["ISSUER"]:
        return None
    missing = [f"NETGRID_OIDC_{name}" for name, value in given.items() if not value]
    if missing:
        raise SystemFault("OIDC_BAD", "the provider's settings are incomplete", found=None, expected=", ".join(missing))
    address = urlsplit(given["ISSUER"])
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in OWN_MACHINE):
        raise SystemFault("OIDC_BAD", "a provider must be reached over TLS", found=given["ISSUER"], expected="https://...")
    claim = environment.get("NETGRID_OIDC_CLAIM", "").strip() or CLAIMS[0]
    if claim not in CLAIMS:
        raise SystemFault("OIDC_BAD", "people are known by no such claim", found=claim, expected=" or ".join(CLAIMS))
    return Provider(
        given["ISSUER"], given["CLIENT_ID"], given["CLIENT_SECRET"], environment.get("NETGRID_OIDC_NAME", "").strip() or address.hostname,
        claim, environment.get("NETGRID_OIDC_GROUP_CLAIM", "").strip() or "groups", read_grants(environment.get("NETGRID_OIDC_ROLES", "")),
    )  # fmt: skip


def read_grants(written: str) -> tuple[tuple[str, str, str | None], ...]:
    """Groups with role and place, as in ``noc=resource_centre;shashi=front_office@421000/421022100``.

    Raises
    ------
    SystemFault
        ``OIDC_BAD``.
    """
    found = []
    for part in filter(None, (part.strip() for part in written.split(";"))):
        group, _, right = part.rpartition("=")
        role, _, place = right.partition("@")
        if not group.strip() or not role.strip():
            raise SystemFault("OIDC_BAD", "a role for a group is unreadable", found=part, expected="GROUP=ROLE or GROUP=ROLE@PLACE")
        found.append((group.strip(), role.strip(), place.strip() or None))
    return tuple(found)


def driver_url(url: str) -> str:
    """The URL with the driver that NetGrid uses named: operators write ``postgresql://``."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg2://" + url[len(prefix):]
    return url
