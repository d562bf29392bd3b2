"""Ways for a cable, ways over idle strands, and what is idle between two places."""
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from math import inf, isfinite

from sqlalchemy.orm import Session

from app.core.errors import InputError
from app.engineering.tables import read_table
from app.network.dictionary import word_label
from app.network.queries.codes import full_codes
from app.topology.places import find_avoided, find_place
from app.topology.route_graph import get_route_graph, get_section_cables
from app.topology.routes import Wish, plan_route, plan_two_routes
from app.topology.spare import SpareAnswer, find_spare
from app.topology.statements import FOLDER
from app.topology.strand_graph import get_strand_graph
from app.topology.strand_routes import StrandWish, plan_strands


@dataclass(frozen=True)
class Asked:
    """What a way must be; ``count`` ways, or two that share no ``disjoint``. Lengths in m.

    Raises
    ------
    InputError
        ``WISHES_EXCLUDE`` where two wishes can't be asked together, ``VALUE_IMPOSSIBLE``.
    """

    count: int = 1
    disjoint: str | None = None
    free: bool = False
    max_m: float = inf
    dig_m: float = 0.0
    avoid: Sequence[str] = ()
    strands: bool = False
    splice: bool = False

    def __post_init__(self) -> None:
        faults = (
            (self.count > 1 and self.disjoint, "alternatives and two ways apart are two questions: ask one at a time"),
            (self.splice and not self.strands, "splicing goes with ways over strands"),
            (self.strands and (self.free or self.dig_m), "free ducts and digging are about sections, ways over strands need neither"),
        )
        for is_wrong, told in faults:
            if is_wrong:
                raise InputError("WISHES_EXCLUDE", told, next_step="take one of the wishes back")


@dataclass(frozen=True)
class ReasonText:
    """Why there is no way, as it is said."""

    reason: str
    zh: str
    en: str


@cache
def _reasons() -> Mapping[str, ReasonText]:
    return {row.reason: row for row in read_table("route_reasons.csv", ReasonText, FOLDER)}


def say_reason(reason: str, values: Mapping[str, object], language: str) -> str:
    """The reason in a sentence."""
    named = {**values, "apart": word_label("kind", str(values.get("apart", "")), language)} if language == "zh" else values
    return getattr(_reasons()[reason], language).format(**named) if reason else ""


def plain_ways(session: Session, region_id: int, start: str, goals: Sequence[str], asked: Asked, language: str = "en") -> list[dict]:
    """The answer for each goal as JSON: plans with their legs, or ``reason``, ``told`` and ``cuts``.

    Raises
    ------
    NotFoundError, InputError
        As `find_place`, `find_avoided`, `plan_route` and `plan_strands`.
    """
    begin = find_place(session, region_id, start)
    ask = _over_strands if asked.strands else _over_sections
    ends = [(begin, find_place(session, region_id, goal)) for goal in goals]
    answers = []
    for goal, pair in zip(goals, ends, strict=True):
        told = ask(session, region_id, pair, asked)
        values = told.pop("values")
        told["told"] = say_reason(told["reason"], values, language)
        answers.append({"start": start, "goal": goal, **told})
    return answers


def _over_sections(session: Session, region_id: int, ends: tuple[int, int], asked: Asked) -> dict:
    avoided = find_avoided(session, region_id, asked.avoid)
    wish = Wish(asked.free, asked.max_m, asked.dig_m, avoided["structure"], avoided["section"], avoided["cable"])
    graph = get_route_graph(session, region_id)
    cables = get_section_cables(session, region_id) if asked.disjoint or avoided["cable"] else None
    if asked.disjoint:
        return asdict(plan_two_routes(graph, *ends, wish, asked.disjoint, cables))
    return asdict(plan_route(graph, *ends, wish, count=asked.count, cables=cables))


def _over_strands(session: Session, region_id: int, ends: tuple[int, int], asked: Asked) -> dict:
    avoided = find_avoided(session, region_id, asked.avoid)
    wish = StrandWish(asked.splice, asked.max_m, avoided["structure"], avoided["section"], avoided["cable"])
    graphs = get_strand_graph(session, region_id), get_route_graph(session, region_id)
    answer = plan_strands(*graphs, ends, wish, count=asked.count, apart=asked.disjoint)
    told = asdict(answer)
    things = [("structure", key) for plan in answer.plans for leg in plan.legs for key in (leg.start, leg.end)]
    names = full_codes(session, region_id, [*things, *answer.cuts])
    for plan in told["plans"]:
        for leg in plan["legs"]:
            leg.update(start=names["structure", leg["start"]], end=names["structure", leg["end"]])
    return {**told, "cuts": [names[thing] for thing in answer.cuts]}


def plain_spare(session: Session, region_id: int, start: str, goal: str, splice: bool = False) -> dict:
    """The strands idle all the way between two places, and what keeps it from being more, as JSON.

    Raises
    ------
    NotFoundError, InputError
        As `find_place` and `find_spare`.
    """
    ends = [find_place(session, region_id, code) for code in (start, goal)]
    found = find_spare(get_strand_graph(session, region_id), *ends, splice)
    names = full_codes(session, region_id, _spare_things(found))
    return {
        "start": start, "goal": goal, "strands": found.strands,
        "ways": [{**asdict(way), "ends": [names["structure", key] for key in way.ends]} for way in found.ways],
        "bottlenecks": [asdict(one) for one in found.bottlenecks],
        "sections": [names["section", key] for key in found.sections],
    }  # fmt: skip


def _spare_things(found: SpareAnswer) -> list[tuple[str, int]]:
    return [*(("structure", key) for way in found.ways for key in way.ends), *(("section", key) for key in found.sections)]


def find_segment_keys(session: Session, region_id: int, codes: Sequence[str]) -> dict[str, int]:
    """The keys of segments with idle strands by their full codes; no statement where the graph is kept."""
    wanted = set(codes)
    if not wanted:
        return {}
    return {segment.code: key for key, segment in get_strand_graph(session, region_id).segments.items() if segment.code in wanted}


def list_dig_points(session: Session, region_id: int, codes: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Where structures stand that a way is dug between, by code: lon and lat, EPSG:4490."""
    wanted = set(codes)
    if not wanted:
        return {}
    graph = get_route_graph(session, region_id)
    spots = zip(graph.structure_codes, graph.lon.tolist(), graph.lat.tolist(), strict=True)
    return {code: (lon, lat) for code, lon, lat in spots if code in wanted and isfinite(lon)}


def find_section_keys(session: Session, region_id: int, codes: Sequence[str]) -> dict[str, int]:
    """The keys of sections by their codes; what is no section is left out."""
    wanted = set(codes)
    if not wanted:
        return {}
    graph = get_route_graph(session, region_id)
    keys = graph.mesh.edges.tolist()
    return {code: keys[place] for place, code in enumerate(graph.section_codes) if code in wanted}
