"""Rows of plant for tests: members come from the models, as they do at import."""

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.network.models import CableSegment, Card, Equipment, RackUnit
from app.network.rules.terminations import parse_end


def add(session: Session, model, **values) -> int:
    """The key of one new row."""
    return session.execute(insert(model).values(**values).returning(model.id)).scalar_one()


def model_id(session: Session, code: str) -> int:
    return session.execute(text("SELECT id FROM equipment_model WHERE code = :code"), {"code": code}).scalar_one()


def install(session: Session, region_id: int, code: str, model: str, structure_id: int, rack_id=None, units=(), **values) -> int:
    """The key of new equipment with the ports of its model, in the front units given of a rack."""
    product = model_id(session, model)
    equipment = add(
        session, Equipment, region_id=region_id, code=code, model_id=product, structure_id=structure_id, rack_id=rack_id, **values
    )
    _add_ports(session, region_id, equipment, product)
    places = [{"region_id": region_id, "rack_id": rack_id, "face": "front", "u_no": unit, "equipment_id": equipment} for unit in units]
    if places:
        session.execute(insert(RackUnit), places)
    return equipment


def insert_card(session: Session, region_id: int, equipment_id: int, slot_no: str, model: str) -> int:
    """The key of a new card with its ports, numbered ``slot/port``."""
    product = model_id(session, model)
    card = add(session, Card, region_id=region_id, equipment_id=equipment_id, slot_no=slot_no, model_id=product)
    _add_ports(session, region_id, equipment_id, product, card, f"{slot_no}/")
    return card


def _add_ports(session, region_id, equipment_id, product, card_id=None, prefix=""):
    session.execute(
        text(
            "INSERT INTO port (region_id, equipment_id, card_id, no, role, split_no, port_type)"
            " SELECT :region_id, :equipment_id, :card_id, CAST(:prefix AS text) || no, role, split_no, port_type"
            " FROM model_port WHERE model_id = :product ORDER BY no"
        ),
        {"region_id": region_id, "equipment_id": equipment_id, "card_id": card_id, "prefix": prefix, "product": product},
    )


def pull_segment(session: Session, region_id: int, cable: tuple[int, str], code: str, model: str, ends: tuple[int, int], **values) -> int:
    """The key of a new segment of a cable (key and medium) with the strands or pairs of its model."""
    product, count, tube = session.execute(
        text("SELECT id, conductor_count, tube_size FROM equipment_model WHERE code = :code"), {"code": model}
    ).one()
    segment = add(
        session,
        CableSegment,
        region_id=region_id,
        cable_id=cable[0],
        medium=cable[1],
        code=code,
        model_id=product,
        conductor_count=count,
        tube_size=tube,
        a_structure_id=ends[0],
        z_structure_id=ends[1],
        **values,
    )
    session.execute(
        text(
            "INSERT INTO conductor (region_id, segment_id, no, life)"
            " SELECT :region_id, :segment_id, no, :life FROM generate_series(1, :count) AS no"
        ),
        {"region_id": region_id, "segment_id": segment, "count": count, "life": values.get("life", "in_service")},
    )
    return segment


def join_ends(session: Session, region_id: int, kind: str, pairs: list[tuple[int, int]], equipment_id=None, loss_db=None) -> list[int]:
    """The keys of new joints, one for each pair of terminations; all of them by two statements."""
    keys = session.execute(
        text(
            "INSERT INTO joint (region_id, kind, equipment_id, loss_db)"
            " SELECT :region_id, :kind, :equipment_id, :loss_db FROM generate_series(1, :count) RETURNING id"
        ),
        {"region_id": region_id, "kind": kind, "equipment_id": equipment_id, "loss_db": loss_db, "count": len(pairs)},
    ).scalars().all()
    both = [(key, *ends) for key, (left, right) in zip(keys, pairs, strict=True) for ends in ((left, right), (right, left))]
    add_ends(session, region_id, both)
    return list(keys)


def add_ends(session: Session, region_id: int, ends: list[tuple[int, int, int]]) -> None:
    """Write rows of ``joint_end``: (joint, termination, its mate)."""
    found = [parse_end(end_key) for _, end_key, _ in ends]
    session.execute(
        text(
            "INSERT INTO joint_end (region_id, joint_id, conductor_id, port_id, face, mate_key) SELECT :region_id, e.* FROM"
            " unnest(CAST(:joints AS bigint[]), CAST(:conductors AS bigint[]), CAST(:ports AS bigint[]),"
            " CAST(:faces AS smallint[]), CAST(:mates AS bigint[])) e"
        ),
        {
            "region_id": region_id,
            "joints": [joint for joint, _, _ in ends],
            "conductors": [end.id if end.kind == "conductor" else None for end in found],
            "ports": [end.id if end.kind == "port" else None for end in found],
            "faces": [end.face for end in found],
            "mates": [mate for _, _, mate in ends],
        },
    )
