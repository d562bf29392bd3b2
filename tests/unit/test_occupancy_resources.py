"""What is counted has a word, a name for commands and a unit; nothing that is counted is left out."""

from app.cli.occupancy import RESOURCES
from app.network.dictionary import words
from app.network.queries.tallies import PLANT
from app.occupancy.resources import resources
from app.services.queries.tallies import USE


def test_every_kind_that_is_counted_is_offered():
    counted = {*PLANT.all_kinds(), *PLANT.grid_kinds, *USE.all_kinds()}
    assert set(resources()) == counted == set(words()["resource"])


def test_names_for_commands_are_plain_and_unlike():
    assert len(RESOURCES) == len(resources())
    assert RESOURCES["numbers"] == "number" and RESOURCES["homes"] == "home"
    assert all(name.replace("_", "").isalnum() and name.islower() for name in RESOURCES)


def test_units_and_what_ratios_mean():
    found = resources()
    assert (found["rack_w"].unit("en"), found["battery_ah"].unit("zh"), found["uplink_mbit"].unit("en")) == ("W", "Ah", "Mbit/s")
    assert (found["home"].unit("zh"), found["port"].unit("en")) == ("户", "")
    assert (found["home"].ratio_label("en"), found["household"].ratio_label("zh")) == ("Take rate", "渗透率")
    assert found["strand"].ratio_label("en") == ""


def test_families_share_no_kind():
    assert not set(PLANT.all_kinds()) & set(USE.all_kinds())
    assert (PLANT.owner_of("rack_w"), USE.owner_of("home"), PLANT.owner_of("home")) == ("rack", "building", None)
