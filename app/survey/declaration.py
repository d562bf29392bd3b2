"""What a person says about a batch, and what they decide about its differences."""
from dataclasses import dataclass, field
from datetime import date

from app.core.errors import InputError
from app.survey.layers import layers

ACCEPTED, REFUSED = "accepted", "refused"
# Differences that are written unless refused, and those that are left until accepted.
TAKEN = ("NEW", "CHANGED", "I36")
ASKED = ("I26", "I27", "I30", "I31")
RULES = TAKEN + ASKED


@dataclass(frozen=True)
class Decision:
    """Accept or refuse the differences that fit: of a rule, a layer, a column, a row, a thing; what is None fits all."""

    verdict: str
    rule: str | None = None
    layer: str | None = None
    field: str | None = None
    source_no: int | None = None
    row_no: int | None = None
    subject: str | None = None


@dataclass(frozen=True)
class Declaration:
    """What is said about all files of a batch.

    Attributes
    ----------
    surveyor, surveyed_on, accuracy_m
        Who surveyed, on which day, and how exactly, in metres.
    stock_take
        Code of a grid that the batch covers wholly: what it does not name there is missing (I30).
    decisions
        In the order in which they were taken; the last that fits counts.
    """

    surveyor: str | None = None
    surveyed_on: date | None = None
    accuracy_m: float | None = None
    stock_take: str | None = None
    decisions: tuple[Decision, ...] = field(default=())


def read_decision(text: str, verdict: str) -> Decision:
    """A decision as the command line gives it: ``RULE``, ``RULE:layer`` or ``RULE:layer.column``.

    Raises
    ------
    InputError
        ``RULE_UNKNOWN``, ``LAYER_UNKNOWN``.
    """
    rule, _, rest = text.partition(":")
    layer, _, column = rest.partition(".")
    if rule.upper() not in RULES:
        raise InputError(
            "RULE_UNKNOWN", "there is no such rule of differences", found=rule, expected=", ".join(RULES), next_step="name one of them"
        )
    if layer and layer not in layers():
        raise InputError(
            "LAYER_UNKNOWN", "there is no such layer", found=layer, expected=", ".join(layers()), next_step="name one of them"
        )
    return Decision(verdict, rule.upper(), layer or None, column or None)
