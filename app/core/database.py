"""Engine, transaction, and the keys that every table of the network has."""
from contextlib import contextmanager

import psycopg2
from sqlalchemy import BigInteger, FetchedValue, ForeignKeyConstraint, Identity, MetaData, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.core.errors import NotFoundError
from app.core.prepared import later

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}

# Who is still connected after so many times five seconds is somebody else, and at work.
DROP_TRIES = 6

# The largest key: what an address gives beyond it names nothing, and the server would refuse it.
KEY_MAX = 2**63 - 1

# Classes of SQLSTATE: the connection failed; the server is stopping, starting, or ends the connection.
LOST_CODES = ("08", "57P")

_SIGN = (
    "SELECT set_config('netgrid.actor', :actor, true), set_config('netgrid.source', :source, true),"
    " set_config('netgrid.batch', :batch, true)"
)

CATALOGUE = {"scale": "catalogue"}
NETWORK = {"scale": "network"}


def check_key(key: int, code: str, subject: str | None = None) -> int:
    """The key that an address gives.

    Raises
    ------
    NotFoundError
        With this code where no row can have such a key.
    """
    if not 0 < key <= KEY_MAX:
        raise NotFoundError(code, "There is no such thing.", subject=subject or str(key))
    return key


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class RegionMember:
    """A row that belongs to one region and to the change that wrote it last.

    ``change_id`` is given by the journal's trigger; it is the row's version.
    """

    region_id: Mapped[int] = mapped_column(BigInteger, sort_order=-3)
    change_id: Mapped[int] = mapped_column(BigInteger, FetchedValue(), nullable=False, sort_order=90)


class NetworkKey(RegionMember):
    """Key ``(region_id, id)``, scale.md rule 2."""

    region_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, sort_order=-3)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True, sort_order=-2)


def reference(column: str, table: str, **options) -> ForeignKeyConstraint:
    """A foreign key inside the region: ``(region_id, column) -> table (region_id, id)``."""
    return ForeignKeyConstraint(["region_id", column], [f"{table}.region_id", f"{table}.id"], **options)


def make_engine(url: str, **options):
    """An engine that keeps its connections (psycopg2's overflow would close them at each return) and sends many rows in few trips."""
    options.setdefault("pool_size", 8)
    options.setdefault("max_overflow", 0)
    options.setdefault("pool_pre_ping", True)
    options.setdefault("executemany_mode", "values_plus_batch")
    return create_engine(url, **options)


def is_away(fault: Exception) -> bool:
    """Whether an error of the driver, wrapped or not, says that the connection is lost: the server went down, or ended it."""
    fault = getattr(fault, "orig", fault)
    code = getattr(fault, "pgcode", None)
    is_of_connection = isinstance(fault, psycopg2.OperationalError | psycopg2.InterfaceError) or fault.__class__ is psycopg2.DatabaseError
    return is_of_connection and (code is None or code.startswith(LOST_CODES))


@contextmanager
def transaction(engine, actor: str, source: str, batch_id: int | None = None):
    """A session that commits on leaving, rolls back on error, and signs its changes.

    Parameters
    ----------
    actor
        Who: a login, or ``cli:<system user>``.
    source
        Which door: ``web``, ``api``, ``import``, ``cli``.
    batch_id
        The survey batch that the changes come from.
    """
    with Session(engine) as session, session.begin():
        sign_changes(session, actor, source, batch_id)
        yield session


def sign_changes(session: Session, actor: str, source: str, batch_id: int | None = None) -> None:
    """Tell the journal who writes in this transaction."""
    later(session, _SIGN, {"actor": actor, "source": source, "batch": "" if batch_id is None else str(batch_id)})


def name_order(session: Session, order_id: int) -> None:
    """Tell the journal for which order the rest of this transaction writes; before its first change."""
    later(session, "SELECT set_config('netgrid.order', :order, true)", {"order": str(order_id)})


def drop_database(connection, name: str) -> None:
    """Drop a database that is to be made anew, ending whatever this user may end of what is connected to it.

    ``DROP .. WITH (FORCE)`` fails for everybody but a superuser while autovacuum is at work in it; without the word the server ends
    autovacuum itself, and waits five seconds for the others to be gone.
    """
    ending = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pg_has_role(usesysid, 'MEMBER')")
    dropping = text(f"DROP DATABASE IF EXISTS {connection.dialect.identifier_preparer.quote(name)}")
    for tries_left in reversed(range(DROP_TRIES)):
        connection.execute(ending, {"name": name})
        try:
            connection.execute(dropping)
            return
        except OperationalError:
            if not tries_left:
                raise


# Written by the journal's triggers, which run with the owner's rights.
READ_ONLY_FOR_WEB = ("change", "change_seal", "journal", "region_state")


def grant_web_role(connection, role: str) -> None:
    """Give a role what the web server needs: rows of every table, but of the journal only to read."""
    name = connection.dialect.identifier_preparer.quote(role)
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"REVOKE INSERT, UPDATE, DELETE ON {', '.join(READ_ONLY_FOR_WEB)} FROM {name}",
    ):
        connection.execute(text(statement))
