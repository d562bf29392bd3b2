"""What one member adds to the counts of its owner, by its three states (``sql/member_states.sql`` says the same for whole tables)."""

INSTALLED = ("built", "in_service", "pending_removal")
UNUSABLE = ("faulty", "blocked")
COUNTS = ("installed", "in_use", "reserved", "releasing", "unusable", "planned")


def counts_of(life: str, use: str, health: str) -> dict[str, int]:
    """1 for each count of ``COUNTS`` that a member in these states is part of, else 0."""
    counts = dict.fromkeys(COUNTS, 0)
    if life == "retired":
        return counts
    if life not in INSTALLED:
        return {**counts, "planned": 1}
    counts["installed"] = 1
    if use != "idle":
        counts[use] = 1
    elif health in UNUSABLE:
        counts["unusable"] = 1
    return counts


def difference(before: tuple[str, str, str], after: tuple[str, str, str]) -> dict[str, int]:
    """What changes in the counts where a member goes from one (life, use, health) to another; only what is not 0."""
    old, new = counts_of(*before), counts_of(*after)
    return {name: new[name] - old[name] for name in COUNTS if new[name] != old[name]}
