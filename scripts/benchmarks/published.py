"""Published instances through the planning functions: ``scripts/bench published FOLDER``."""
import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from app.core.errors import NetGridError
from app.planning.siting import place_centres, place_medians, place_sites
from app.planning.trees.plan import SECONDS, plan_tree, warm_up
from scripts.benchmarks import published_files as files

# Trees may cost so much more than published; sites not at all; a design may be no longer.
_MOST_GAP = {files.TREE: 0.02, files.DESIGN: 0.0}
_CLOSE = 1e-6
# Sites are to be proved, however long that takes on a busy machine.
_SITE_SECONDS = 900.0
_MISSED, _USAGE = 1, 2


@dataclass(frozen=True)
class Outcome:
    """One line: ``gap`` is how much more than the published value was found, as a ratio; ``bound`` what nothing can be below."""

    instance: str
    kind: str
    objective: float | None
    published: float | None
    gap: float | None
    bound: float | None
    is_proved: bool
    seconds: float
    is_met: bool
    told: str = ""


def main(arguments: list[str]) -> int:
    """The exit code: 0 all as good as asked for, 1 some worse, 2 nothing to run."""
    parser = argparse.ArgumentParser(prog="scripts/bench published", description="Run published instances through the planning functions.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="with instances and tables of their values, at any depth")
    parser.add_argument("--json", nargs="?", const="-", metavar="FILE", help="write the figures there; without FILE to standard output")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="most time for one tree (default: %(default)g)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only instances whose path has this in it")
    options = parser.parse_args(arguments)
    try:
        instances = [one for one in files.find_instances(options.folder) if options.only in one.name]
    except NetGridError as error:
        print(error, file=sys.stderr)
        return _USAGE
    outcomes = []
    warm_up()
    is_table = options.json != "-"
    for instance in instances:
        outcomes.append(run(instance, options.seconds))
        if is_table:
            print(_line(outcomes[-1]), flush=True)
    text = json.dumps([asdict(outcome) for outcome in outcomes], ensure_ascii=False, indent=1)
    if options.json == "-":
        print(text)
    elif options.json:
        Path(options.json).write_text(text, encoding="utf-8")
    if is_table:
        print(_summary(outcomes))
    return 0 if all(outcome.is_met for outcome in outcomes) else _MISSED


def run(instance: files.Instance, seconds: float) -> Outcome:
    """What the planning functions find for an instance; one that can't be read or solved says why."""
    began = time.perf_counter()
    try:
        cost, bound, is_proved = _solve(instance, seconds)
    except NetGridError as error:
        taken = time.perf_counter() - began
        return Outcome(instance.name, instance.kind, None, instance.published, None, None, False, taken, False, str(error))
    gap = None if instance.published is None else (cost - instance.published) / (abs(instance.published) or 1.0)
    is_met = is_proved if gap is None else gap <= _MOST_GAP.get(instance.kind, 0.0) + _CLOSE
    if instance.kind not in _MOST_GAP:
        is_met = is_met and is_proved
    return Outcome(instance.name, instance.kind, cost, instance.published, gap, bound, is_proved, time.perf_counter() - began, is_met)


def _solve(instance: files.Instance, seconds: float) -> tuple[float, float, bool]:
    if instance.kind == files.TREE:
        plan = plan_tree(files.read_tree(instance.path), seconds)
    elif instance.kind == files.DESIGN:
        plan = plan_tree(files.read_design(instance.path).problem, seconds)
    elif instance.kind == files.SITES:
        plan = place_sites(*files.read_sites(instance.path), seconds=_SITE_SECONDS)
    else:
        place = place_medians if instance.kind == files.MEDIAN else place_centres
        plan = place(*files.read_distances(instance.path), seconds=_SITE_SECONDS)
    return plan.cost, plan.lower_bound, plan.is_proved


def _line(outcome: Outcome) -> str:
    if outcome.objective is None:
        return f"{outcome.instance:<44} {outcome.kind:<19} {outcome.told}"
    published = "-" if outcome.published is None else f"{outcome.published:.10g}"
    gap = "-" if outcome.gap is None else f"{100 * outcome.gap:+.4f} %"
    proof = "proved" if outcome.is_proved else f">= {outcome.bound:.10g}"
    return (
        f"{outcome.instance:<44} {outcome.kind:<19} {outcome.objective:>14.10g} {published:>14} {gap:>11} {proof:<16} "
        f"{outcome.seconds:>6.1f} s  {'met' if outcome.is_met else 'MISSED'}"
    )


def _summary(outcomes: list[Outcome]) -> str:
    lines = []
    for kind in dict.fromkeys(outcome.kind for outcome in outcomes):
        rows = [outcome for outcome in outcomes if outcome.kind == kind]
        equal = sum(row.gap is not None and row.gap <= _CLOSE for row in rows)
        proved, met = sum(row.is_proved for row in rows), sum(row.is_met for row in rows)
        lines.append(f"{kind}: {len(rows)} instances, {met} met, {equal} equal or better, {proved} proved")
    return "\n".join(lines)
