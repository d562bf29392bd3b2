"""Who sees what is personal, and how it is masked for everybody else."""

import pytest

from app.access.permissions import MASKS, SEE_PERSONAL, granted, mask, mask_name, mask_phone, may, personal_columns
from app.access.rules import ROLES
from app.tables import metadata


@pytest.mark.parametrize(("role", "sees"), [("administrator", True), ("desk", True), ("viewer", False), ("unheard-of", False)])
def test_roles_that_see_what_is_personal(role, sees):
    assert may(role, SEE_PERSONAL) is sees


def test_the_files_name_what_there_is():
    assert {role for role, _ in granted()} <= set(ROLES)
    assert set(personal_columns().values()) <= set(MASKS)
    assert all(column in metadata.tables[table].columns for table, column in personal_columns())


@pytest.mark.parametrize(("name", "masked"), [("演示客户甲", "演***"), ("李", "***"), ("", "***"), (" Ann Lee ", "A***")])
def test_names_keep_their_first_letter(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"), [("13812340001", "138****0001"), ("0716-8123456", "071****3456"), ("8123456", "***"), ("", "***")]
)
def test_telephones_keep_their_ends(phone, masked):
    assert mask_phone(phone) == masked


def test_only_personal_columns_are_masked_and_only_for_those_who_may_not():
    assert mask("customer", "name", "演示客户甲", "viewer") == "演***"
    assert mask("customer", "name", "演示客户甲", "desk") == "演示客户甲"
    assert mask("customer", "segment", "public", "viewer") == "public"
    assert mask("customer", "phone", None, "viewer") is None
