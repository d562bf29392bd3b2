"""The plan of a layer whose rows are owners with a code: what they refer to, and which columns they fill."""
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Plan:
    """SQL fragments over the resolved row ``r`` (in ``extra`` over the staged row ``s`` and the references ``ref_<field>``).

    Attributes
    ----------
    layer, table, kind
        Survey layer, table of the network, and kind in the index of codes.
    refs
        Field -> kind of the thing it names; resolved to ``<field>_id``.
    columns
        Column of the table -> expression.
    frozen
        Columns that a survey may not change once the row is there.
    parent
        Field that names the parent whose code comes first in the full code.
    given
        Columns for which a re-survey counts otherwise than ``columns`` says: where a default stands in for an empty cell.
    extra
        Further resolved columns -> expression; ``joins`` makes what they need.
    """

    layer: str
    table: str
    kind: str
    columns: dict[str, str]
    refs: dict[str, str] = field(default_factory=dict)
    frozen: tuple[str, ...] = ()
    parent: str | None = None
    given: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    joins: str = ""
    name: str = "r.name_zh"


# What every owner takes from its row.
OWNER_COLUMNS = {
    "life": "coalesce(r.life, 'in_service')",
    "health": "coalesce(r.health, 'ok')",
    "built_on": "r.built_on",
}
