"""The layers in the order in which they are applied: parents before children, plant before what runs over it."""
from collections.abc import Callable

from app.survey import service_steps
from app.survey.apply import apply_owners, apply_rows, mark_bad, resolve_rows
from app.survey.apply_batch import Batch
from app.survey.drawing import draw_lines, settle_drawn
from app.survey.plans import PLANS, use_rows
from app.survey.plans import rows as row_plans

Progress = Callable[[str, int, int | None], None]


def apply_layers(batch: Batch, tell: Progress) -> None:
    """Check and write every layer; nothing is written of a row with an error."""
    steps = (
        _apply_space, _apply_outside, _apply_cables, _apply_ways, _apply_inside, _apply_joints,
        service_steps.apply_numbers, service_steps.apply_power, service_steps.apply_data, service_steps.apply_customers,
        service_steps.apply_circuits, service_steps.apply_services,
    )
    for number, step in enumerate(steps):
        tell("check and write", number, len(steps))
        step(batch)
    tell("check and write", len(steps), len(steps))


def _apply_space(batch: Batch) -> None:
    apply_owners(batch, PLANS["grid"])
    apply_rows(batch, row_plans.MAINTENANCE_UNIT, "maintenance_unit", "maintenance_unit_write")
    apply_owners(batch, PLANS["customer_area"])
    apply_owners(batch, PLANS["road"])


def _apply_outside(batch: Batch) -> None:
    apply_owners(batch, PLANS["structure"])
    draw_lines(batch)
    apply_owners(batch, PLANS["section"])


def _apply_cables(batch: Batch) -> None:
    apply_owners(batch, PLANS["cable"])
    apply_owners(batch, PLANS["segment"])
    apply_rows(batch, row_plans.CONDUCTOR_STATE, "conductor_state", "conductor_write", "segment")


def _apply_ways(batch: Batch) -> None:
    # Holes are written in use or idle at once, so the ways that take them are resolved first.
    with batch.about("cable_run", "duct"):
        resolve_rows(batch, row_plans.CABLE_RUN)
        mark_bad(batch, "cable_run")
        apply_rows(batch, row_plans.DUCT, "duct", "duct_write", "cable_run")
        for name in ("cable_run", "cable_run_claims"):
            batch.run_file(name)
            mark_bad(batch, "cable_run")
        batch.run_file("cable_run_write")
        if not batch.is_first:
            batch.run_file("duct_use")
    settle_drawn(batch)


def _apply_inside(batch: Batch) -> None:
    for layer in ("site", "room", "rack"):
        apply_owners(batch, PLANS[layer])
    # The table of claimed units is there even when no equipment is.
    apply_owners(batch, PLANS["equipment"])
    with batch.about("equipment"):
        batch.run_file("rack_unit_write")
    apply_rows(batch, row_plans.CARD, "card", "card_write", "equipment")
    apply_rows(batch, row_plans.PORT_STATE, "port_state", "port_write", "card", "equipment")
    apply_rows(batch, use_rows.PORT_OBSERVATION, "port_observation", "port_observation_write")


def _apply_joints(batch: Batch) -> None:
    plans = (row_plans.SPLICE, row_plans.TERMINATION, row_plans.PATCH)
    for plan in plans:
        with batch.about(plan.layer):
            resolve_rows(batch, plan)
            mark_bad(batch, plan.layer)
    with batch.about(*(plan.layer for plan in plans)):
        for name in ("joint_claims", "joint_known"):
            batch.run_file(name)
            for plan in plans:
                mark_bad(batch, plan.layer)
        batch.run_file("joint_write")
