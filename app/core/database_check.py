"""Whether the server that DATABASE_URL names can hold NetGrid; called by scripts/run before anything is written.

``python -m app.core.database_check`` prints the URL and ends with 0, or prints one sentence for each thing that is wrong,
with the next step, and ends with 3. ``--beside SUFFIX`` does so for the database next to it whose name ends in ``_SUFFIX``,
and makes that where it is absent.
"""
import argparse
import sys
from dataclasses import dataclass

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from app.core.errors import SystemFault
from app.core.settings import load_settings

OLDEST_SERVER = 15
OLDEST_POSTGIS = (3, 3)
EXTENSIONS = ("postgis", "pg_trgm")
FAILED = 3


@dataclass(frozen=True)
class ServerFacts:
    """What a server says of itself.

    Attributes
    ----------
    server_version
        Major version: 15.
    installed, available
        Version of each extension in this database, and of the packages on the server.
    may_create_tables
        True where the user may create tables in the schema ``public``.
    """

    user: str
    database: str
    server_version: int
    encoding: str
    is_standby: bool
    installed: dict[str, str]
    available: dict[str, str]
    may_create_tables: bool


def parse_url(value: str) -> URL:
    """The URL, as long as it names a PostgreSQL server and a database.

    Raises
    ------
    SystemFault
        ``DATABASE_URL_WRONG``.
    """
    try:
        url = make_url(value)
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() != "postgresql" or not url.database:
        raise SystemFault(
            "DATABASE_URL_WRONG",
            "DATABASE_URL does not name a PostgreSQL database",
            next_step="write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
        )
    return url


def describe_refusal(url: URL, answer: str) -> SystemFault:
    """The fault that says why no connection was made.

    Parameters
    ----------
    answer
        What the driver said, in the server's language where the server answered at all.
    """
    place = f"{url.host or url.query.get('host') or 'the local socket'}" + (f":{url.port}" if url.port else "")
    if "password" in answer or "authentication" in answer or "pg_hba.conf" in answer:
        return SystemFault(
            "DATABASE_REFUSED",
            f"the server at {place} does not let user {url.username} in",
            next_step="check the user and the password in DATABASE_URL",
        )
    if "does not exist" in answer:
        return SystemFault(
            "DATABASE_ABSENT",
            f"the server at {place} has no database {url.database} or no user {url.username}",
            next_step=f"let an administrator run: createdb -O {url.username} {url.database}",
        )
    if any(words in answer for words in ("refused", "translate", "timeout", "timed out", "No such file", "No route", "unreachable")):
        return SystemFault(
            "DATABASE_UNREACHABLE",
            f"no PostgreSQL server answers at {place}",
            next_step="start it, or correct host and port in DATABASE_URL",
        )
    return SystemFault(
        "DATABASE_REFUSED",
        f"the server at {place} refuses the connection",
        found=answer.strip().splitlines()[0],
        next_step="ask its administrator",
    )


def read_facts(connection) -> ServerFacts:
    """What the connected server says of itself."""
    row = connection.execute(
        text(
            "SELECT current_user, current_database(), current_setting('server_version_num')::int / 10000,"
            " current_setting('server_encoding'), pg_is_in_recovery(),"
            " coalesce(has_schema_privilege(to_regnamespace('public'), 'CREATE'), false)"
        )
    ).one()
    names = {"names": list(EXTENSIONS)}
    installed = connection.execute(text("SELECT extname, extversion FROM pg_extension WHERE extname = ANY(:names)"), names)
    available = connection.execute(text("SELECT name, default_version FROM pg_available_extensions WHERE name = ANY(:names)"), names)
    return ServerFacts(
        user=row[0],
        database=row[1],
        server_version=row[2],
        encoding=row[3],
        is_standby=row[4],
        installed=dict(tuple(one) for one in installed),
        available=dict(tuple(one) for one in available),
        may_create_tables=row[5],
    )


def find_faults(facts: ServerFacts) -> list[SystemFault]:
    """Everything that keeps NetGrid from using this database."""
    return list(_list_server_faults(facts)) + list(_list_extension_faults(facts))


def _list_server_faults(facts: ServerFacts):
    if facts.server_version < OLDEST_SERVER:
        yield SystemFault(
            "SERVER_TOO_OLD",
            f"the server is PostgreSQL {facts.server_version}",
            expected=f"{OLDEST_SERVER} or later",
            next_step="name a newer server in DATABASE_URL",
        )
    if facts.is_standby:
        yield SystemFault("SERVER_READ_ONLY", "the server is a read-only standby", next_step="name the primary server in DATABASE_URL")
    if facts.encoding != "UTF8":
        yield SystemFault(
            "DATABASE_ENCODING",
            f"database {facts.database} stores text as {facts.encoding}",
            expected="UTF8",
            next_step=f"make another one: createdb -E UTF8 -T template0 -O {facts.user} NAME",
        )
    if not facts.may_create_tables:
        yield SystemFault(
            "DATABASE_RIGHTS",
            f"user {facts.user} may not create tables in database {facts.database}",
            next_step=f"let its owner run: GRANT CREATE ON SCHEMA public TO {facts.user}",
        )


def _list_extension_faults(facts: ServerFacts):
    for name in EXTENSIONS:
        if name not in facts.installed and name not in facts.available:
            package = f"postgresql-{facts.server_version}-postgis-3" if name == "postgis" else f"postgresql-contrib-{facts.server_version}"
            yield SystemFault(
                "EXTENSION_ABSENT",
                f"the server at hand has no {name}",
                next_step=f"install it there (Debian: {package}), then call again",
            )
    postgis = facts.installed.get("postgis") or facts.available.get("postgis")
    if postgis and version_numbers(postgis) < OLDEST_POSTGIS:
        yield SystemFault(
            "POSTGIS_TOO_OLD",
            f"database {facts.database} has PostGIS {postgis}",
            expected=f"{'.'.join(map(str, OLDEST_POSTGIS))} or later",
            next_step="install a newer PostGIS on the server and run: ALTER EXTENSION postgis UPDATE",
        )


def version_numbers(version: str) -> tuple[int, int]:
    """Major and minor number of a version such as ``3.3.2`` or ``3.6.0dev``."""
    major, minor, *_ = version.split(".") + ["0"]
    return int(major), int("".join(filter(str.isdigit, minor)) or 0)


def create_extensions(connection, facts: ServerFacts) -> None:
    """Create the extensions that the database lacks.

    Raises
    ------
    SystemFault
        ``EXTENSION_RIGHTS`` where only an administrator may.
    """
    missing = [name for name in EXTENSIONS if name not in facts.installed]
    try:
        for name in missing:
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {name}"))
        connection.commit()
    except ProgrammingError as error:
        commands = "; ".join(f"CREATE EXTENSION {name}" for name in missing)
        raise SystemFault(
            "EXTENSION_RIGHTS",
            f"user {facts.user} may not create {' and '.join(missing)} in database {facts.database}",
            next_step=f'let an administrator run: psql -d {facts.database} -c "{commands}"',
        ) from error


def make_beside(url: URL, suffix: str) -> URL:
    """The URL of the database next to this one, made where it is absent.

    An administrator may have made it, with the extensions that only he can create: so it is never dropped.

    Raises
    ------
    SystemFault
        ``DATABASE_RIGHTS`` where the user may not create databases.
    """
    beside = url.set(database=f"{url.database}_{suffix}")
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 10})
    quoted = engine.dialect.identifier_preparer.quote(beside.database)
    try:
        with engine.connect() as connection:
            names = connection.execute(text("SELECT datname FROM pg_database"))
            if beside.database not in names.scalars().all():
                connection.execute(text(f"CREATE DATABASE {quoted} TEMPLATE template0 ENCODING 'UTF8'"))
    except ProgrammingError as error:
        raise SystemFault(
            "DATABASE_RIGHTS",
            f"user {url.username} may not make database {beside.database}",
            next_step=f"let an administrator run: ALTER ROLE {url.username} CREATEDB",
        ) from error
    return beside


def check_database(url: URL) -> list[SystemFault]:
    """What is wrong with the database; its extensions are created where nothing is."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 10})
    with engine.connect() as connection:
        facts = read_facts(connection)
        faults = find_faults(facts)
        if not faults:
            create_extensions(connection, facts)
        return faults


def main(arguments: list[str]) -> int:
    """The exit code: 0 after the URL of a database that will do, or 3 after one sentence for each fault."""
    parser = argparse.ArgumentParser(prog="database_check", description=__doc__.splitlines()[0])
    parser.add_argument("--beside", metavar="SUFFIX", help="check the database next to it whose name ends in _SUFFIX")
    suffix = parser.parse_args(arguments).beside
    url = None
    try:
        url = parse_url(load_settings().database_url)
        if suffix:
            url = make_beside(url, suffix)
        faults = check_database(url)
    except SystemFault as fault:
        faults = [fault]
    except OperationalError as error:
        faults = [describe_refusal(url, str(error.orig))]
    except DBAPIError as error:
        faults = [SystemFault("DATABASE_FAULT", str(error.orig).splitlines()[0], next_step="ask the server's administrator")]
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return FAILED
    print(url.render_as_string(hide_password=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
