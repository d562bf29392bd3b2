"""Every table obeys the rules that let the network be split by region; each rule is shown to bite."""

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from app.core.database import NAMES
from app.tables import metadata
from tests.scale_rules import find_breaches

NETWORK = {"scale": "network"}


def test_tables_obey():
    assert find_breaches(metadata) == []


def test_walk_is_not_empty():
    network = [table for table in metadata.tables.values() if table.info["scale"] == "network"]
    assert len(network) >= 25
    assert sum(len(table.foreign_key_constraints) for table in network) >= 40
    assert {table.name for table in metadata.tables.values() if table.info["scale"] == "catalogue"} >= {
        "region",
        "equipment_model",
        "app_user",
    }


def sample(*parts, info=NETWORK, keys=("region_id", "id"), region=None, convention=NAMES) -> list[str]:
    """The breaches of one more table that is right but for what is passed."""
    made = MetaData(naming_convention=convention)
    Table(
        "plant",
        made,
        Column("region_id", BigInteger, nullable=False),
        Column("id", BigInteger, Identity()),
        Column("code", Text),
        PrimaryKeyConstraint("region_id", "id"),
        UniqueConstraint("region_id", "id", "code"),
        info=NETWORK,
    )
    Table("product", made, Column("id", BigInteger, primary_key=True), info={"scale": "catalogue"})
    region = Column("region_id", BigInteger, nullable=False) if region is None else region
    columns = [Column("id", BigInteger, Identity()), Column("code", Text), Column("plant_id", BigInteger), Column("product_id", BigInteger)]
    Table(
        "thing",
        made,
        *([region] if region is not False else []),
        *columns,
        *([PrimaryKeyConstraint(*keys)] if keys else []),
        *parts,
        info=info,
    )
    return [breach.removeprefix("thing: ") for breach in find_breaches(made)]


def test_right_table_passes():
    assert (
        sample(
            UniqueConstraint("region_id", "code"),
            Index("uq_thing_half", "region_id", "code", unique=True),
            ForeignKeyConstraint(["region_id", "plant_id"], ["plant.region_id", "plant.id"]),
            ForeignKeyConstraint(["product_id"], ["product.id"]),
        )
        == []
    )


@pytest.mark.parametrize(
    ("options", "breach"),
    [
        ({"info": {}}, "info['scale'] is None"),
        ({"info": {"scale": "world"}}, "info['scale'] is 'world'"),
        ({"region": False, "keys": ("id",)}, "no region_id"),
        ({"region": Column("region_id", Text, nullable=False)}, "region_id is not bigint NOT NULL"),
        ({"region": Column("region_id", BigInteger, server_default="1", nullable=False)}, "region_id is given by the database"),
        ({"keys": ("id",)}, "primary key (id) does not start with region_id"),
        ({"keys": ("id", "region_id")}, "primary key (id, region_id) does not start with region_id"),
        ({"keys": ("region_id", "code")}, "primary key (region_id, code) is not (region_id, id)"),
    ],
)
def test_wrong_keys_are_found(options, breach):
    assert breach in sample(**options)


@pytest.mark.parametrize(
    ("part", "breach"),
    [
        (UniqueConstraint("code"), "unique uq_thing_code lacks region_id"),
        (Index("uq_thing_code", "code", unique=True), "unique index uq_thing_code lacks region_id"),
        (ForeignKeyConstraint(["plant_id"], ["plant.id"]), "foreign key fk_thing_plant_id does not carry region_id"),
        (
            ForeignKeyConstraint(["plant_id", "region_id"], ["plant.region_id", "plant.id"]),
            "foreign key fk_thing_plant_id_region_id does not carry region_id",
        ),
        (
            ForeignKeyConstraint(["plant_id", "region_id"], ["plant.id", "plant.region_id"]),
            "foreign key fk_thing_plant_id_region_id does not start with region_id",
        ),
        (
            ForeignKeyConstraint(["region_id", "plant_id"], ["plant.region_id", "plant.id"], ondelete="SET NULL"),
            "foreign key fk_thing_region_id_plant_id sets null",
        ),
        (ExcludeConstraint(("code", "="), name="ex_thing_code"), "EXCLUDE ex_thing_code"),
        (UniqueConstraint("region_id", "code", name="u" * 64), f"name {'u' * 64} is longer than 63"),
    ],
)
def test_wrong_parts_are_found(part, breach):
    assert breach in sample(part)


def test_unnamed_constraints_are_found():
    assert "unnamed UniqueConstraint" in sample(UniqueConstraint("region_id", "code"), convention={})


@pytest.mark.parametrize("scale", ["catalogue", "border"])
def test_only_the_network_points_at_the_network(scale):
    key = ForeignKeyConstraint(["region_id", "plant_id"], ["plant.region_id", "plant.id"])
    assert "foreign key fk_thing_region_id_plant_id points at the network" in sample(key, info={"scale": scale})


def test_catalogues_may_point_at_catalogues():
    assert sample(Column("other_id", BigInteger, ForeignKey("product.id")), info={"scale": "catalogue"}) == []
