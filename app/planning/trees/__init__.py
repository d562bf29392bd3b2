"""The cheapest tree that joins given nodes of a graph: the way of a new cable or duct net. `plan.plan_tree` is the door."""
