"""A joint joins exactly two terminations, and a termination is in at most one joint: the database refuses everything else."""
import pytest
from psycopg2 import errors
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.network.rules.terminations import A_END, BACK, FRONT, Z_END, port_end
from tests.factories.plant import add_ends, join_ends

JOINT = text("INSERT INTO joint (region_id, kind) VALUES (:region_id, :kind) RETURNING id")


def new_joint(town, kind="splice") -> int:
    return town.session.execute(JOINT, {"region_id": town.region_id, "kind": kind}).scalar_one()


def free_end(town, no: int) -> int:
    """An end of a strand that is joined to nothing."""
    return town.end("CB-104/S01", no, Z_END)


def refused(action, *arguments) -> type:
    """The error with which the database refuses, and the name of what it breaks."""
    with pytest.raises(IntegrityError) as raised:
        action(*arguments)
    return type(raised.value.orig), raised.value.orig.diag.constraint_name


def test_free_ends_are_joined(town, settle):
    join_ends(town.session, town.region_id, "splice", [(free_end(town, 13), town.end("CB-104/S02", 13, A_END))])
    settle()


@pytest.mark.parametrize("joined", ["strand", "panel back", "port front"])
def test_second_joint_on_a_termination_is_refused(town, joined):
    taken = {
        "strand": town.end("CB-104/S01", 1, Z_END),
        "panel back": town.face("ODF-1", "A-01", BACK),
        "port front": town.face("OLT-1", "0/1/0", FRONT),
    }[joined]
    kind, name = refused(join_ends, town.session, town.region_id, "splice", [(taken, free_end(town, 13))])
    assert kind is errors.UniqueViolation
    assert name.startswith(("pk_joint_end", "joint_end"))


def test_second_joint_is_refused_on_the_other_face_too(town):
    both = [(free_end(town, 13), free_end(town, 14)), (free_end(town, 13), free_end(town, 15))]
    assert refused(join_ends, town.session, town.region_id, "splice", both)[0] is errors.UniqueViolation


def test_lone_half_is_refused(town, settle):
    add_ends(town.session, town.region_id, [(new_joint(town), free_end(town, 13), free_end(town, 14))])
    assert refused(settle)[0] is errors.ForeignKeyViolation


def test_halves_of_two_joints_are_refused(town, settle):
    left, right = free_end(town, 13), free_end(town, 14)
    add_ends(town.session, town.region_id, [(new_joint(town), left, right), (new_joint(town), right, left)])
    assert refused(settle)[0] is errors.ForeignKeyViolation


def test_ring_of_three_halves_is_refused(town, settle):
    first, second, third = (free_end(town, no) for no in (13, 14, 15))
    joint = new_joint(town)

    def ring():
        add_ends(town.session, town.region_id, [(joint, first, second), (joint, second, third), (joint, third, first)])
        settle()

    assert refused(ring)[0] in (errors.UniqueViolation, errors.ForeignKeyViolation)


def test_third_half_beside_a_whole_joint_is_refused(town, settle):
    joint, ends = new_joint(town), [free_end(town, no) for no in (13, 14, 15)]
    add_ends(town.session, town.region_id, [(joint, ends[0], ends[1]), (joint, ends[1], ends[0])])

    def third():
        add_ends(town.session, town.region_id, [(joint, ends[2], ends[0])])
        settle()

    assert refused(third)[0] in (errors.UniqueViolation, errors.ForeignKeyViolation)


def test_two_pairs_under_one_joint_are_refused(town):
    joint, ends = new_joint(town), [free_end(town, no) for no in (13, 14, 15, 16)]
    pairs = [(ends[0], ends[1]), (ends[1], ends[0]), (ends[2], ends[3]), (ends[3], ends[2])]
    kind, name = refused(add_ends, town.session, town.region_id, [(joint, *pair) for pair in pairs])
    assert kind is errors.UniqueViolation
    assert name.startswith("uq_joint_end_half") or "_expr" in name or "joint_end" in name


def test_termination_is_not_joined_to_itself(town):
    end = free_end(town, 13)
    assert refused(add_ends, town.session, town.region_id, [(new_joint(town), end, end)])[0] is errors.CheckViolation


def test_deleting_one_half_is_refused(town, settle):
    town.session.execute(
        text("DELETE FROM joint_end WHERE region_id = :region_id AND end_key = :end_key"),
        {"region_id": town.region_id, "end_key": town.end("CB-104/S01", 1, Z_END)},
    )
    assert refused(settle)[0] is errors.ForeignKeyViolation


def test_whole_joint_is_deleted(town, settle):
    bound = {"region_id": town.region_id, "end_key": town.end("CB-104/S01", 1, Z_END)}
    found = text("SELECT joint_id FROM joint_end WHERE region_id = :region_id AND end_key = :end_key")
    bound["joint_id"] = town.session.execute(found, bound).scalar_one()
    town.session.execute(text("DELETE FROM joint_end WHERE region_id = :region_id AND joint_id = :joint_id"), bound)
    town.session.execute(text("DELETE FROM joint WHERE region_id = :region_id AND id = :joint_id"), bound)
    settle()


def test_joint_may_move_to_another_strand(town, settle):
    """A re-splice updates both halves in one statement; the deferred key looks at the end of it all."""
    left, right, new = town.end("CB-104/S01", 1, Z_END), town.end("CB-104/S02", 1, A_END), town.strand["CB-104/S02", 13]
    town.session.execute(
        text(
            "UPDATE joint_end SET conductor_id = CASE end_key WHEN :right THEN :new ELSE conductor_id END,"
            " mate_key = CASE end_key WHEN :left THEN :new * 8 ELSE mate_key END"
            " WHERE region_id = :region_id AND end_key IN (:left, :right)"
        ),
        {"region_id": town.region_id, "left": left, "right": right, "new": new},
    )
    settle()


@pytest.mark.parametrize(
    ("owner", "face", "error"),
    [
        ({"conductor_id": 0}, 0, errors.ForeignKeyViolation),
        ({"port_id": 0}, 0, errors.ForeignKeyViolation),
        ({"conductor_id": None}, 0, errors.IntegrityError),
        ({"conductor_id": 1, "port_id": 1}, 0, errors.CheckViolation),
        ({"conductor_id": 1}, 2, errors.CheckViolation),
        ({"port_id": 1}, 4, errors.CheckViolation),
    ],
)
def test_ends_belong_to_one_thing_that_exists(town, owner, face, error):
    nothing = {"conductor_id": None, "port_id": None}
    row = {"region_id": town.region_id, "joint_id": new_joint(town), **nothing, **owner, "face": face, "mate": free_end(town, 13)}
    statement = text(
        "INSERT INTO joint_end (region_id, joint_id, conductor_id, port_id, face, mate_key)"
        " VALUES (:region_id, :joint_id, :conductor_id, :port_id, :face, :mate)"
    )
    assert issubclass(refused(town.session.execute, statement, row)[0], error)


def test_joint_stays_in_its_region(town, other_region, settle):
    """The same number in another region is another thing, and no half can point there."""
    town.session.execute(JOINT, {"region_id": other_region, "kind": "splice"})
    joint = new_joint(town)
    rows = [(joint, free_end(town, 13), port_end(town.port["ODF-1", "F-12"], BACK))]
    add_ends(town.session, town.region_id, rows)
    with pytest.raises(IntegrityError):
        add_ends(town.session, other_region, [(joint, rows[0][2], rows[0][1])])
