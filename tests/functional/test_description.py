"""The addresses do what their description says: schemathesis asks each of them, with all of its checks; never a 5xx.

``NETGRID_SCHEMATHESIS_EXAMPLES`` asks each address more often than the suite has time for: 20 take about five minutes.
"""

import itertools
import os
import uuid
import warnings

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation

from app.access.commands import TokenWish
from tests.people import add_people, bring_token
from tests.site import open_site

pytestmark = pytest.mark.functional
EXAMPLES = int(os.environ.get("NETGRID_SCHEMATHESIS_EXAMPLES", "2"))
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
KEY_HEADER = "Idempotency-Key"
# What there is in the town, by parameter or field: of codes made up nearly all name nothing, and no answer would have content.
THERE = {
    "code": ["CB-104/S01:1", "MH-1", "OLT-1"], "strand": ["CB-104/S01:1"], "from": ["MH-1"], "to": [["CO-1"]], "q": ["CB"],
    "kind": ["structure"], "rule": ["K18"],
    "name": ["Q1", "Q16"], "version": [1], "of": ["C-1"], "address": ["B-E/101", "C-1"], "customer": ["C-1"],
    "source": ["OLT-1"], "target": ["OLT-1"], "at": ["OLT-1"], "addresses": [["B-E/101", "B-W/101"]],
}  # fmt: skip
# What fits the description may still be refused for what no description can say: columns that a kind has not, a page that is none (400),
# a version that is an old one (412), the needs of a kind of order, a polygon that crosses itself, a file that is no list (422). That
# neither is for want of a better description is held by `fits_what_is_described`.
ACCEPTED = ["2xx", "3xx", "400", "401", "403", "404", "409", "412", "422"]
NOT_DESCRIBED = ("REQUEST_BAD", "BAD_REQUEST")
config = schemathesis.Config.from_dict({"checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}})


@schemathesis.check
def fits_what_is_described(ctx, response, case):
    """What fits the description is never refused as not fitting it."""
    if response.status_code in (400, 422) and all(part.mode == GenerationMode.POSITIVE for part in case.meta.components.values()):
        assert response.json()["code"] not in NOT_DESCRIBED, response.json()


@pytest.fixture(scope="module")
def program(engine):
    """A program with every right, over the town in use; the schema, and what names the program."""
    with open_site(engine, in_use=True) as site:
        key = add_people(engine, {"machine": ("administrator", None)})["machine"]
        token = bring_token(site, engine, key, TokenWish("schemathesis", "write")).environ_base["HTTP_AUTHORIZATION"]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            schema = schemathesis.openapi.from_wsgi("/openapi.json", site.app, config=config, headers={"Authorization": token})
        yield schema, token


def name_something(case, number: int) -> None:
    """Let a request ask for what is there, where it does not choose from a list."""
    lists = {part.name for part in case.operation.query if "enum" in part.definition.get("schema", {})}
    for values, chosen in ((case.path_parameters, set()), (case.query, lists), (case.body, {"kind", "name"})):
        for name in set(values).intersection(THERE) - chosen if isinstance(values, dict) else ():
            values[name] = THERE[name][number % len(THERE[name])]


def sign(case, token: str) -> None:
    """Say who asks, and give a new request a new key: the generator knows no tokens, and repeats its keys."""
    headers = case.meta.components.get(ParameterLocation.HEADER)
    if headers and headers.mode == GenerationMode.NEGATIVE:
        return
    case.headers["Authorization"] = token
    if KEY_HEADER in case.headers:
        case.headers[KEY_HEADER] = str(uuid.uuid4())


def ask(operation, mode: GenerationMode, token: str) -> None:
    """Ask one address some times, and check every answer."""

    numbers = itertools.count()

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck), verbosity=Verbosity.quiet,
    )  # fmt: skip
    def run(case):
        number = next(numbers)
        if mode == GenerationMode.POSITIVE and number % 2:
            name_something(case, number // 2)
        sign(case, token)
        case.call_and_validate()

    run()


def test_every_address_answers_as_described(program):
    schema, token = program
    failures, asked = [], 0
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in MODES:
            try:
                ask(operation, mode, token)
                asked += 1
            except Unsatisfiable:
                # What takes anything can't be given anything wrong.
                continue
            except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - all of them are told together
                failures.append(f"{operation.label} ({mode.value}): {type(error).__name__}: {str(error)[:1500]}")
    assert not failures, "\n\n".join([f"{len(failures)} of {asked + len(failures)}", *failures])
    assert asked > 100
