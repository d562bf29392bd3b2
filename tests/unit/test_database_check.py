"""What scripts/run says of a server that will not do."""
import dataclasses

import pytest
from sqlalchemy.engine import make_url

from app.core.database_check import ServerFacts, describe_refusal, find_faults, parse_url, version_numbers
from app.core.errors import SystemFault

GOOD = ServerFacts(
    user="netop",
    database="plant",
    server_version=15,
    encoding="UTF8",
    is_standby=False,
    installed={},
    available={"postgis": "3.3.2", "pg_trgm": "1.6"},
    may_create_tables=True,
)


def codes_of(**differences):
    return [fault.code for fault in find_faults(dataclasses.replace(GOOD, **differences))]


def test_a_server_that_can_make_its_extensions_will_do():
    assert codes_of() == []


@pytest.mark.parametrize(
    "differences, code",
    [
        ({"server_version": 14}, "SERVER_TOO_OLD"),
        ({"is_standby": True}, "SERVER_READ_ONLY"),
        ({"encoding": "SQL_ASCII"}, "DATABASE_ENCODING"),
        ({"may_create_tables": False}, "DATABASE_RIGHTS"),
        ({"available": {"pg_trgm": "1.6"}}, "EXTENSION_ABSENT"),
        ({"available": {"postgis": "3.3.2"}}, "EXTENSION_ABSENT"),
        ({"installed": {"postgis": "3.2.9"}}, "POSTGIS_TOO_OLD"),
        ({"available": {"postgis": "2.5.0", "pg_trgm": "1.6"}}, "POSTGIS_TOO_OLD"),
    ],
)
def test_each_fault_is_named_with_its_next_step(differences, code):
    assert codes_of(**differences) == [code]
    assert all(fault.next_step for fault in find_faults(dataclasses.replace(GOOD, **differences)))


def test_all_faults_are_told_at_once():
    assert codes_of(server_version=13, is_standby=True, available={}) == [
        "SERVER_TOO_OLD", "SERVER_READ_ONLY", "EXTENSION_ABSENT", "EXTENSION_ABSENT",
    ]


@pytest.mark.parametrize("version, numbers", [("3.3.2", (3, 3)), ("3.10.0dev", (3, 10)), ("4", (4, 0))])
def test_versions_compare_as_numbers(version, numbers):
    assert version_numbers(version) == numbers


@pytest.mark.parametrize("value", ["nonsense", "mysql://user@host/plant", "postgresql://host"])
def test_an_address_that_names_no_postgresql_database_is_refused(value):
    with pytest.raises(SystemFault) as caught:
        parse_url(value)
    assert caught.value.code == "DATABASE_URL_WRONG"


@pytest.mark.parametrize(
    "answer, code",
    [
        ('FATAL:  password authentication failed for user "netop"', "DATABASE_REFUSED"),
        ('FATAL:  no pg_hba.conf entry for host "10.1.2.3"', "DATABASE_REFUSED"),
        ('FATAL:  database "plant" does not exist', "DATABASE_ABSENT"),
        ("connection to server failed: Connection refused", "DATABASE_UNREACHABLE"),
        ("FATAL:  sorry, too many clients already", "DATABASE_REFUSED"),
    ],
)
def test_a_refusal_is_told_by_its_kind_and_without_the_password(answer, code):
    fault = describe_refusal(make_url("postgresql://netop:secret@db.example:5433/plant"), answer)
    assert fault.code == code
    assert "secret" not in str(fault)
    assert "db.example:5433" in str(fault)
