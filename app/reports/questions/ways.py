"""Ways to customers and between places: Q3, Q7 and Q8."""

from app.core.errors import InputError
from app.operations.lines import Asked as LineAsked
from app.operations.qualification import ask_at_address, product_named, qualify
from app.operations.tell import tell_line
from app.reports.answers.ways import Asked, find_section_keys, plain_ways
from app.reports.questions.asker import Asker
from app.reports.questions.tables import Answer, Table

LEGS = ("way_no", "section", "kind", "start", "end", "metres", "work", "free_ducts", "free_subducts", "price")


def can_be_served(asker: Asker) -> Answer:
    """Q3: the lines that could serve a place, the best first, and each hop of the best."""
    asked, product = asker.values, asker.values["product"]
    if asked["address"]:
        place = ask_at_address(asker.session, asker.region_id, asked["address"], product, asked["rate_mbit"])
    elif asked["point"]:
        place = LineAsked(*asked["point"], product_named(product), asked["rate_mbit"])
    else:
        raise InputError("INPUT_MISSING", "the question needs a place", expected="an address, a customer or a point")
    found = qualify(asker.session, asker.region_id, place)
    told = [(line, tell_line(line, asker.language)) for line in found.lines]
    names = ("verdict", "access", "drop_m", "plant_m", "figure", "limit", "unit", "head", "number", "vlan", "price", "days", "missing_text")
    rows = [
        (one["verdict"], one["access"], one["drop_m"], one["plant_m"], one["figure"], one["limit"], one["unit"], one["head"], one["number"],
         one["vlan"], line.fen, one["days"], one["missing"])
        for line, one in told
    ]  # fmt: skip
    best = found.best
    hops = [(hop.code, hop.kind, hop.metres) for hop in best.hops]
    tables = [
        Table("lines_there", names, rows, [("equipment", line.access_id) if line.access_id else None for line in found.lines]),
        Table("best_line", ("code", "kind", "metres"), hops, [(hop.kind, hop.id) for hop in best.hops]),
    ]
    return Answer(tables)


def cheapest_ways(asker: Asker) -> Answer:
    """Q7: the cheapest ways for a cable, through what is free or with what has to be built."""
    asked = asker.values
    wish = Asked(count=asked["count"], free=asked["only_free"] == "yes", dig_m=asked["dig_m"])
    return _ways(asker, wish)


def second_way(asker: Asker) -> Answer:
    """Q8: two ways that fail apart, or what prevents them."""
    return _ways(asker, Asked(disjoint=asker.values["apart"]))


def _ways(asker: Asker, wish: Asked) -> Answer:
    (told,) = plain_ways(asker.session, asker.region_id, asker.values["start"], [asker.values["end"]], wish, asker.language)
    sums = [
        (no, plan["metres"], plan["new_m"], plan["fen"], plan["least_room"], len(plan["legs"])) for no, plan in enumerate(told["plans"], 1)
    ]
    legs = [(no, leg) for no, plan in enumerate(told["plans"], 1) for leg in plan["legs"]]
    rows = [
        (
            no,
            leg["section"],
            leg["kind"],
            leg["start"],
            leg["end"],
            leg["metres"],
            leg["work"],
            leg["free_ducts"],
            leg["free_subducts"],
            leg["fen"],
        )
        for no, leg in legs
    ]
    things = [("section", leg["section_id"]) if leg["section_id"] else None for _, leg in legs]
    tables = [
        Table("ways", ("way_no", "metres", "new_m", "price", "least_room", "sections"), sums, chart=("price",)),
        Table("legs", LEGS, rows, things),
    ]
    if told["cuts"]:
        keys = find_section_keys(asker.session, asker.region_id, told["cuts"])
        things = [("section", keys[code]) if code in keys else None for code in told["cuts"]]
        tables.append(Table("cuts", ("code",), [(code,) for code in told["cuts"]], things))
    return Answer(tables, [("told", {"text": told["told"]})] if told["reason"] else [])


QUESTIONS = {"Q3": can_be_served, "Q7": cheapest_ways, "Q8": second_way}
