"""Statements that wait for the next trip to the server."""

import pytest
from psycopg2.errors import DivisionByZero
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from app.core.database import make_engine
from app.core.prepared import ask, ask_bare, later, savepoint, send_now

ADD = "INSERT INTO kept (no, name) VALUES (CAST(:no AS int), :name)"
NAMES = text("SELECT name FROM kept ORDER BY no")
AWKWARD = "50 % of 'them'; %(no)s %s :no \\ \"管道\""


@pytest.fixture
def trips(engine):
    """A session with a table of its own on one connection, and what was sent to the server on it."""
    sent = []
    with engine.connect() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE kept (no int PRIMARY KEY, name text)"))
        connection.commit()
        session = Session(connection)
        # From the second time on a statement is planned.
        later(session, ADD, {"no": 0, "name": "planned"})
        session.commit()
        event.listen(connection, "before_cursor_execute", lambda conn, cursor, statement, *_: sent.append(statement))
        yield session, sent
        session.rollback()
        connection.execute(text("DROP TABLE kept"))
        connection.commit()


def names(session) -> list[str]:
    return list(session.execute(NAMES).scalars())


def test_what_waits_goes_before_the_next_statement_in_its_order(trips):
    session, sent = trips
    later(session, ADD, {"no": 1, "name": AWKWARD})
    later(session, "UPDATE kept SET name = name || '!' WHERE no = CAST(:no AS int)", {"no": 0})
    later(session, ADD, {"no": 2, "name": "second"})
    assert names(session) == ["planned!", AWKWARD, "second"]
    # The one not planned yet went at once and took the first along.
    assert len(sent) == 2


def test_what_waits_goes_with_the_commit(trips):
    session, _ = trips
    later(session, ADD, {"no": 1, "name": AWKWARD})
    session.commit()
    session.rollback()
    assert names(session) == ["planned", AWKWARD]


def test_what_waits_is_forgotten_with_its_transaction(trips):
    session, _ = trips
    later(session, ADD, {"no": 1, "name": "gone"})
    session.rollback()
    assert names(session) == ["planned"]


def test_many_rows_at_once_come_after_what_waits(trips):
    session, _ = trips
    later(session, ADD, {"no": 1, "name": "first"})
    session.execute(text("INSERT INTO kept SELECT CAST(:no AS int), max(name) FROM kept WHERE no = 1"), [{"no": 2}, {"no": 3}])
    assert names(session) == ["planned", "first", "first", "first"]


def test_the_drivers_own_cursor_sees_what_was_sent(trips):
    session, _ = trips
    later(session, ADD, {"no": 1, "name": "sent"})
    send_now(session)
    with session.connection().connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kept")
        assert cursor.fetchone() == (2,)


def test_what_is_refused_is_told_of_whatever_took_it_along(trips):
    session, _ = trips
    later(session, ADD, {"no": 0, "name": "twice"})
    with pytest.raises(IntegrityError, match="kept_pkey"):
        session.commit()
    session.rollback()
    assert names(session) == ["planned"]


@pytest.mark.parametrize("is_sent", [True, False])
def test_a_savepoint_undoes_what_was_done_in_it_and_nothing_else(trips, is_sent):
    session, sent = trips
    later(session, ADD, {"no": 1, "name": "before"})
    with pytest.raises(ValueError, match="inside"), savepoint(session):
        later(session, ADD, {"no": 2, "name": "inside"})
        if is_sent:
            assert names(session) == ["planned", "before", "inside"]
        raise ValueError("inside")
    assert len(sent) == 2 * is_sent
    later(session, ADD, {"no": 3, "name": "after"})
    assert names(session) == ["planned", "before", "after"]


def test_a_savepoint_goes_on_after_an_error_of_the_server(trips):
    session, _ = trips
    with pytest.raises(IntegrityError), savepoint(session):
        ask(session, ADD, {"no": 0, "name": "twice"})
    with savepoint(session):
        later(session, ADD, {"no": 1, "name": "kept"})
    session.commit()
    assert names(session) == ["planned", "kept"]


def test_a_lost_connection_is_given_up_as_ever(engine):
    with Session(engine) as session:
        for _ in range(2):
            later(session, "SELECT CAST(:no AS int)", {"no": 1})
        session.connection().invalidate()
        session.rollback()
        assert session.execute(text("SELECT 1")).scalar() == 1


def test_a_connection_lost_under_a_question_is_told_and_given_up(engine):
    with Session(engine) as session:
        (pid,) = ask(session, "SELECT pg_backend_pid()", {}).one()
        with engine.connect() as other:
            assert other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid}).scalar()
        with pytest.raises(OperationalError) as told:
            ask(session, "SELECT pg_backend_pid()", {})
        assert told.value.connection_invalidated
        session.rollback()
        assert ask(session, "SELECT pg_backend_pid()", {}).scalar() not in (None, pid)


def test_a_connection_lost_under_a_question_gives_up_those_of_the_pool_that_are_as_old(engine):
    own = make_engine(engine.url, pool_pre_ping=False)
    try:
        with own.connect() as idle, Session(own) as session:
            pids = [idle.execute(text("SELECT pg_backend_pid()")).scalar(), ask(session, "SELECT pg_backend_pid()", {}).scalar()]
            idle.rollback()
            with engine.connect() as other:
                for pid in pids:
                    assert other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid}).scalar()
            with pytest.raises(OperationalError):
                ask(session, "SELECT pg_backend_pid()", {})
        with own.connect() as anew:
            assert anew.execute(text("SELECT pg_backend_pid()")).scalar() not in pids
    finally:
        own.dispose()


def test_a_question_without_rows_and_one_that_is_refused(trips):
    session, _ = trips
    assert ask(session, ADD, {"no": 7, "name": "alone"}).all() == []
    with pytest.raises(IntegrityError, match="kept_pkey") as told:
        ask(session, ADD, {"no": 7, "name": "twice"})
    assert told.value.orig.diag.constraint_name == "kept_pkey" and not told.value.connection_invalidated


def test_a_connection_lost_in_a_savepoint_tells_its_own_error(engine):
    with Session(engine) as session:
        with pytest.raises(ValueError, match="lost"), savepoint(session):
            session.connection().invalidate()
            raise ValueError("lost")
        session.rollback()


def test_a_bare_cursor_plans_once_and_forgets_what_failed(engine):
    planned = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%bare question%'"
    with engine.connect() as connection, connection.connection.cursor() as cursor:
        question = "SELECT 10 / CAST(:no AS int) /* bare question */"
        for no in (5, 2):
            ask_bare(cursor, question, {"no": no})
            assert cursor.fetchone()[0] == 10 // no
        cursor.execute(planned)
        assert cursor.fetchone()[0] == 1
        with pytest.raises(DivisionByZero):
            ask_bare(cursor, question.replace("10", "20"), {"no": 0})
        connection.connection.rollback()
        ask_bare(cursor, question.replace("10", "20"), {"no": 4})
        assert cursor.fetchone()[0] == 5


def test_a_session_keeps_its_connection_for_its_transaction_alone(engine):
    with Session(engine) as session:
        first = ask(session, "SELECT CAST(:no AS int)", {"no": 1})
        assert first.scalar() == 1
        began = session.connection()
        session.commit()
        assert ask(session, "SELECT CAST(:no AS int)", {"no": 2}).scalar() == 2
        assert session.connection() is not began and session.in_transaction()
        with session.begin_nested():
            assert ask(session, "SELECT CAST(:no AS int)", {"no": 3}).scalar() == 3
        assert ask(session, "SELECT CAST(:no AS int)", {"no": 4}).scalar() == 4
