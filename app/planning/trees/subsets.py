"""The cheapest tree exactly, by trees of ever larger sets of terminals (Dreyfus and Wagner 1971; Erickson, Monma and Veinott 1987)."""
import numpy

from app.planning.trees.kernels import across, compiled, pop, push

# Steps of the table, and bytes, up to which it is worth filling.
MOST_STEPS, MOST_CELLS = 4_000_000_000, 60_000_000


def is_small(node_count: int, terminal_count: int) -> bool:
    """True where the table can be filled in seconds."""
    sets = terminal_count - 1
    return sets < 24 and 3**sets * node_count <= MOST_STEPS and 2**sets * node_count <= MOST_CELLS


def best_tree(problem) -> numpy.ndarray:
    """True for each edge of a cheapest tree."""
    table, taken = _fill(problem.arrays, problem.terminals[:-1])
    kept = numpy.zeros(len(problem.tails), dtype=bool)
    _collect(problem.arrays, taken, (1 << (len(problem.terminals) - 1)) - 1, problem.terminals[-1], kept)
    return kept


@compiled
def _fill(graph, terminals):
    """For each set of terminals and each node the cost of the tree that joins them, and how it is made.

    Made of: -1 nothing; an edge as 2e + 1; two sets at this node as 2 x one of them.
    """
    count, sets = len(graph.first) - 1, 1 << len(terminals)
    table = numpy.full((sets, count), numpy.inf)
    taken = numpy.full((sets, count), -1, numpy.int32)
    room = len(graph.ends) + count + 1
    keys, nodes = numpy.empty(room), numpy.empty(room, numpy.int64)
    for place in range(len(terminals)):
        table[1 << place, terminals[place]] = 0.0
    for chosen in range(1, sets):
        _merge_sets(table, taken, chosen)
        _settle(graph, table[chosen], taken[chosen], keys, nodes)
    return table, taken


@compiled
def _merge_sets(table, taken, chosen):
    row, made = table[chosen], taken[chosen]
    part = (chosen - 1) & chosen
    # Each pair of parts once: the one with the larger number leads.
    while part > chosen - part:
        one, two = table[part], table[chosen - part]
        for node in range(len(row)):
            cost = one[node] + two[node]
            if cost < row[node]:
                row[node], made[node] = cost, 2 * part
        part = (part - 1) & chosen


@compiled
def _settle(graph, row, made, keys, nodes):
    size = 0
    for node in range(len(row)):
        if row[node] < numpy.inf:
            size = push(keys, nodes, size, row[node], node)
    while size:
        key, node = keys[0], nodes[0]
        size = pop(keys, nodes, size)
        if key > row[node]:
            continue
        for arc in range(graph.first[node], graph.first[node + 1]):
            other, further = graph.ends[arc], key + graph.costs[graph.edges[arc]]
            if further < row[other]:
                row[other], made[other] = further, 2 * graph.edges[arc] + 1
                size = push(keys, nodes, size, further, other)


@compiled
def _collect(graph, taken, chosen, node, kept):
    waiting = [(chosen, node)]
    while waiting:
        chosen, node = waiting.pop()
        made = taken[chosen, node]
        if made < 0:
            continue
        if made % 2:
            kept[made // 2] = True
            waiting.append((chosen, across(graph, made // 2, node)))
        else:
            waiting.append((made // 2, node))
            waiting.append((chosen - made // 2, node))
