"""Every address of the application has its rule, and nothing else has one."""

from app import create_app
from app.access.addresses import THING, find_breaches, rules
from app.access.permissions import granted
from app.access.rules import ROLES


def test_every_address_has_a_rule():
    found = find_breaches(rule.endpoint for rule in create_app().url_map.iter_rules())
    assert not found, "\n".join(found)


def test_what_a_missing_rule_is_told():
    found = find_breaches([*rules(), "orders.list_orders"])
    assert len(found) == 1 and "`orders.list_orders,look,whole`" in found[0] and "app/access/addresses.csv" in found[0]


def test_a_rule_without_an_address_is_told():
    assert any("web.login" in told for told in find_breaches(set(rules()) - {"web.login"}))


def test_addresses_of_things_name_kind_and_key():
    for rule in create_app().url_map.iter_rules():
        if rules()[rule.endpoint].area == THING:
            assert {"kind", "thing_id"} <= rule.arguments, rule


def test_every_role_may_do_something():
    assert {role for role, _ in granted()} == set(ROLES)
