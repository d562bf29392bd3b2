"""``flask plan portfolio`` and ``scripts/bench published``."""

import json

import pytest
from click.testing import CliRunner

from app.cli.plan import portfolio
from app.engineering.money import fen_of_wan
from scripts.benchmarks import frame

pytestmark = pytest.mark.functional
ITEMS = (
    "code,name_zh,name_en,state,cost_wan,lines,yearly_gain_wan,gain_years,is_mandatory,funds,first_year,last_year,excludes,requires\n"
    "adsl,宽带,ADSL,planned,78.1,2232,30,5,no,a|b,,,,\n"
    "lan,驻地网,LAN,planned,170.9,4300,45,5,no,b,2006,,,adsl\n"
)


@pytest.fixture
def plan_folder(tmp_path):
    (tmp_path / "items.csv").write_text(ITEMS, encoding="utf-8")
    funds = "fund,year,budget_wan,name_zh,name_en\na,2005,80,甲,A\nb,2006,171,乙,B\n"
    (tmp_path / "funds.csv").write_text(funds, encoding="utf-8")
    (tmp_path / "scenarios.csv").write_text("scenario,code,factor\nslow,lan,0.5\n", encoding="utf-8")
    return tmp_path


def told(*arguments):
    answer = CliRunner().invoke(portfolio, [*arguments, "--json"])
    return answer.exit_code, json.loads(answer.stdout)


def test_seed_plan():
    code, answer = told()
    assert code == 0
    assert answer["best"]["codes"] == ["switch", "village", "phs", "duct", "adsl", "lan", "lines"]
    assert answer["best"]["left"] == [{"fund": "plan", "year": 2005, "fen": fen_of_wan("79.67")}]
    assert answer["also_fits"] == ["fibre", "misc"]
    (difference,) = answer["differences"]
    figures = [difference[name] for name in ("sum_fen", "stated_fen", "difference_fen")]
    assert figures == [fen_of_wan(687), fen_of_wan("686.6"), fen_of_wan("0.4")]
    assert answer["no_cost"] == ["module"]
    # 80 % of 1554.37 is 1243.496.
    assert answer["milestone_fen"] == fen_of_wan("1243.496")
    units = {item["code"]: item["fen_per_line"] for item in answer["items"]}
    assert [units[code] for code in ("switch", "adsl", "lan", "lines")] == [48366, 34991, 39744, 94211]


def test_seed_plan_as_text():
    text = CliRunner().invoke(portfolio, ["--budget", "530"]).stdout
    assert "Best set: lan, lines: 528.90 万元, 8100 lines; left 1.10 in budget 2005" in text
    assert "Runner-up: adsl, lan: 249.00 万元, 6532 lines" in text
    assert "difference +0.40" in text


def test_own_plan_with_funds_years_and_scenarios(plan_folder):
    code, answer = told(str(plan_folder), "--measure", "npv")
    assert code == 0
    chosen = [(one["code"], one["fund"], one["year"]) for one in answer["best"]["chosen"]]
    assert chosen == [("adsl", "a", 2005), ("lan", "b", 2006)]
    # 41.6813 and 8.7720 in tenths of a 万元.
    assert answer["best"]["value"] == 416 + 87
    assert answer["robust"]["regrets"] == {"base": 0, "slow": 0}
    (adsl, _) = answer["items"]
    assert (adsl["npv_fen"], round(adsl["return_ratio"], 4), round(adsl["payback_years"], 2)) == (41681301, 0.2660, 2.60)


def test_mandatory_works_that_cost_too_much(plan_folder):
    (plan_folder / "items.csv").write_text(ITEMS.replace("30,5,no", "30,5,yes").replace("78.1", "300"), encoding="utf-8")
    answer = CliRunner().invoke(portfolio, [str(plan_folder)])
    assert answer.exit_code == 1
    assert "Infeasible by 49.00 万元" in answer.stdout


def test_wrong_plans_are_told(plan_folder):
    (plan_folder / "scenarios.csv").write_text("scenario,code,factor\nslow,other,0.5\n", encoding="utf-8")
    answer = CliRunner().invoke(portfolio, [str(plan_folder)])
    assert (answer.exit_code, "WORK_UNKNOWN" in answer.stderr) == (2, True)
    (plan_folder / "funds.csv").unlink()
    assert "PLAN_MISSING" in CliRunner().invoke(portfolio, [str(plan_folder)]).stderr


@pytest.fixture
def instances(tmp_path):
    """Instances small enough to be solved by hand, laid out as published ones are."""
    trees, sites, design = (tmp_path / name for name in ("trees", "sites", "design"))
    for folder in (trees / "Track1", sites, design):
        folder.mkdir(parents=True)
    star = "SECTION Graph\nNodes 4\nEdges 6\nE 1 4 2\nE 2 4 2\nE 3 4 2\nE 1 2 5\nE 2 3 5\nE 1 3 5\nEND\n"
    star += "SECTION Terminals\nTerminals 3\nT 1\nT 2\nT 3\nEND\n"
    (trees / "Track1" / "star.gr").write_text(star)
    (trees / "best_known.csv").write_text("instance,best_upper_or_optimum\nTrack1/star.gr,6\n")
    (sites / "cap1.txt").write_text(" 2 2\n 5 10.\n 5 12.\n 4\n 0. 8.\n 4\n 0. 8.\n")
    (sites / "pm.txt").write_text(" 3 2 1\n 1 2 4\n 2 3 5\n")
    rows = ["instance,problem,published_optimum", "cap1.txt,capacitated warehouse location,28", "pm.txt,p-median,9", "pm.txt,p-centre,4"]
    (sites / "objectives.csv").write_text("\n".join(rows))
    line = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[112, 30], [112.001, 30]]}, "properties": {"length": 1}}
    places = ([112, 30], [112.001, 30])
    ends = [{"type": "Feature", "geometry": {"type": "Point", "coordinates": place}, "properties": {"demand": 1}} for place in places]
    (design / "9_input.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [line, *ends]}))
    (design / "geom_summary.csv").write_text("Method,9\nsp_1,99.5\npcst_1,96.5\n")
    return tmp_path


def test_published_instances(instances, capsys):
    file = instances / "figures.json"
    # The centre of the three vertices is the middle one, 5 from the farthest: the value given is not reached, which is told.
    assert frame.main(["published", str(instances), "--json", str(file)]) == frame.MISSED
    rows = {(row["instance"], row["kind"]): row for row in json.loads(file.read_text())}
    figures = {key: (row["objective"], row["published"], row["is_proved"], row["is_met"]) for key, row in rows.items()}
    length = figures.pop(("design/9_input.geojson", "fibre design"))
    assert length == (pytest.approx(96.4857, abs=0.001), 96.5, True, True)
    assert figures == {
        ("sites/cap1.txt", "capacitated siting"): (28.0, 28.0, True, True),
        ("sites/pm.txt", "p-median"): (9.0, 9.0, True, True),
        ("sites/pm.txt", "p-centre"): (5.0, 4.0, True, False),
        ("trees/Track1/star.gr", "Steiner tree"): (6.0, 6.0, True, True),
    }
    assert "Steiner tree: 1 instances, 1 met, 1 equal or better, 1 proved" in capsys.readouterr().out
    assert frame.main(["published", str(instances), "--only", "trees", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["objective"] == 6
    assert frame.main(["published", str(instances / "nothing")]) == 2
