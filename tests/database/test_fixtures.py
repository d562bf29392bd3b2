"""The ground that the other tests stand on."""

from sqlalchemy import text


def test_session_writes_and_signs(session, region, settle):
    session.execute(text("INSERT INTO project (region_id, code, name_zh) VALUES (:region, 'P-1', '一期')"), {"region": region})
    settle()
    row = session.execute(
        text(
            "SELECT c.actor, c.source, c.version FROM project p"
            " JOIN change c ON c.region_id = p.region_id AND c.id = p.change_id WHERE p.region_id = :region"
        ),
        {"region": region},
    ).one()
    assert tuple(row) == ("test", "test", 1)


def test_nothing_stays(session):
    assert session.execute(text("SELECT count(*) FROM region")).scalar() == 0


def test_layout_is_as_asked(engine, request):
    with engine.connect() as connection:
        kind = connection.execute(text("SELECT relkind::text FROM pg_class WHERE oid = 'structure'::regclass")).scalar()
    assert kind == ("p" if "partitioned" in request.node.name else "r")
