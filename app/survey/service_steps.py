"""The layers of switching, power, data, customers, circuits and services, in the order in which they are applied."""
from app.core.bulk import put_back
from app.survey.apply import apply_owners, apply_rows, check_owners, check_until_still, mark_bad, resolve_rows, write_owners
from app.survey.apply_batch import Batch
from app.survey.plans import PLANS, use_rows
from app.topology.climb import climb


def apply_power(batch: Batch) -> None:
    apply_rows(batch, use_rows.POWER_RATING, "power_rating", "power_rating_write")
    with batch.about("power_feed"):
        resolve_rows(batch, use_rows.POWER_FEED)
        mark_bad(batch, "power_feed")
        batch.run_file("power_feed")
        mark_bad(batch, "power_feed")
        check_until_still(batch, "power_feed_claims", "power_feed")
        batch.run_file("power_feed_write")
    apply_rows(batch, use_rows.POWER_READING, "power_reading", "power_reading_write")


def apply_data(batch: Batch) -> None:
    apply_rows(batch, use_rows.VLAN, "vlan", "vlan_write")
    _count_anew(batch, "vlan")
    with batch.about("ip_prefix"):
        resolve_rows(batch, use_rows.IP_PREFIX)
        mark_bad(batch, "ip_prefix")
        check_until_still(batch, "ip_prefix", "ip_prefix")
        batch.run_file("ip_prefix_write")


def apply_numbers(batch: Batch) -> None:
    apply_owners(batch, PLANS["switch_office"])
    apply_owners(batch, PLANS["trunk_group"])
    apply_owners(batch, PLANS["number_block"])
    with batch.about("number_block"):
        batch.run_file("number_block_write")
    _count_anew(batch, "number", "code_index")
    apply_rows(batch, use_rows.NUMBER_STATE, "number_state", "number_state_write")


def apply_customers(batch: Batch) -> None:
    for layer in ("customer", "building", "address"):
        apply_owners(batch, PLANS[layer])
    with batch.about("serving"):
        resolve_rows(batch, use_rows.SERVING)
        mark_bad(batch, "serving")
        batch.run_file("serving_write")
    apply_owners(batch, PLANS["unmet_request"])


def apply_circuits(batch: Batch) -> None:
    apply_owners(batch, PLANS["circuit"])
    with batch.about("circuit_carrier"):
        resolve_rows(batch, use_rows.CIRCUIT_CARRIER)
        mark_bad(batch, "circuit_carrier")
        batch.run_file("circuit_carrier")
        mark_bad(batch, "circuit_carrier")
        check_until_still(batch, "circuit_carrier_claims", "circuit_carrier")
        batch.run_file("circuit_carrier_write")
    _count_anew(batch, "circuit_carrier")
    apply_owners(batch, PLANS["ring"])
    with batch.about("ring_member"):
        resolve_rows(batch, use_rows.RING_MEMBER)
        mark_bad(batch, "ring_member")
        batch.run_file("ring_member")
        mark_bad(batch, "ring_member")
        check_until_still(batch, "ring_member_claims", "ring_member")
        batch.run_file("ring_member_write")


def apply_services(batch: Batch) -> None:
    """Services with their lines: the joints are followed from every access port before anything is written."""
    with batch.about("service"):
        check_owners(batch, PLANS["service"])
        mark_bad(batch, "service")
        batch.run_file("service_line")
        _walk_lines(batch)
        batch.run_file("service_way")
        while True:
            batch.run_file("service_claims")
            batch.run_file("service_way_claims")
            if not mark_bad(batch, "service"):
                break
        write_owners(batch, PLANS["service"])
        for name in ("service_release", "service_trees", "service_circuits", "service_hold"):
            batch.run_file(name)
        _count_anew(batch, "circuit", "circuit_carrier", "service_resource")
    with batch.about("service", "circuit", "circuit_carrier"):
        batch.run_file("held")
    with batch.about("line_record"):
        resolve_rows(batch, use_rows.LINE_RECORD)
        mark_bad(batch, "line_record")
        batch.run_file("line_record")
        mark_bad(batch, "line_record")


def _walk_lines(batch: Batch) -> None:
    """Follow the joints: to the first splitter or line port of each service, then from each splitter to its head."""
    if batch.is_large and batch.has_rows("service_line"):
        # A walk looks joints up by their ends, thousands in each step.
        put_back(batch.session, batch.keys, ("pk_joint_end", "pk_port", "ix_port_split"))
        _count_anew(batch, "joint_end", "port")
        batch.run("SET LOCAL enable_nestloop = on")
    climb(batch.session, batch.region, "line", through_splitters=False)
    batch.run_file("service_border")
    climb(batch.session, batch.region, "tree", through_splitters=True)
    batch.join_tables()


def _count_anew(batch: Batch, *tables: str) -> None:
    """Tell the planner of a large survey how large tables have grown."""
    if batch.is_large:
        for table in tables:
            batch.run(f"ANALYZE {table}")
