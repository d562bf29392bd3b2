"""The one list of queries that read more than one region.

Every other statement on a table of the network names its region (scale.md rule 8), so that a region can move to a server
of its own. A query from this list carries ``/* cross-region: NAME */``.
"""

# Name of the query -> why it can't stay inside one region.
DECLARED: dict[str, str] = {
    "first_load": "keys are dropped for the first load only where no region has a row",
    "jobs": "a worker does the work of all regions",
}
