"""A lower bound for the cheapest tree by dual ascent (Wong 1984), and what it tells about edges that no cheaper tree needs.

Every edge is two arcs: 2e from tail to head, 2e + 1 back. Their reduced costs stay 0 or more.
"""
import numpy

from app.planning.trees.kernels import compiled, pop, push


@compiled
def _cut(graph, reduced, held, marks, mark, size):
    """Extend the nodes that reach a terminal over arcs of no cost; their count, the volume of their cut and its least cost."""
    read = 0
    while read < size:
        node = held[read]
        read += 1
        for place in range(graph.first[node], graph.first[node + 1]):
            other, edge = graph.ends[place], graph.edges[place]
            if marks[other] != mark and reduced[2 * edge + (graph.heads[edge] != node)] <= 0.0:
                marks[other] = mark
                held[size] = other
                size += 1
    volume, least = 0, numpy.inf
    for read in range(size):
        node = held[read]
        for place in range(graph.first[node], graph.first[node + 1]):
            edge = graph.edges[place]
            if marks[graph.ends[place]] != mark:
                volume += 1
                least = min(least, reduced[2 * edge + (graph.heads[edge] != node)])
    return size, volume, least


@compiled
def _raise(graph, reduced, held, size, marks, mark, least):
    for read in range(size):
        node = held[read]
        for place in range(graph.first[node], graph.first[node + 1]):
            if marks[graph.ends[place]] != mark:
                edge = graph.edges[place]
                arc = 2 * edge + (graph.heads[edge] != node)
                # What is left after a subtraction may be a rounding error instead of nothing.
                left = reduced[arc] - least
                reduced[arc] = left if left > 1e-12 * graph.costs[edge] else 0.0


@compiled
def ascend(graph, terminals, root, reduced):
    """The bound added by raising cuts between the root and the terminals, small cuts first; ``reduced`` is changed."""
    count = len(graph.first) - 1
    held, marks = numpy.empty(count, numpy.int64), numpy.full(count, -1, numpy.int64)
    keys, nodes = numpy.empty(len(terminals) + 1), numpy.empty(len(terminals) + 1, numpy.int64)
    waiting, bound, mark = 0, 0.0, 0
    for terminal in terminals:
        if terminal != root:
            waiting = push(keys, nodes, waiting, graph.first[terminal + 1] - graph.first[terminal], terminal)
    while waiting:
        terminal = nodes[0]
        waiting = pop(keys, nodes, waiting)
        mark += 1
        marks[terminal], held[0], size = mark, terminal, 1
        while True:
            size, volume, least = _cut(graph, reduced, held, marks, mark, size)
            if marks[root] == mark or least == numpy.inf:
                break
            if waiting and volume > 1.1 * keys[0] + 1:
                waiting = push(keys, nodes, waiting, volume, terminal)
                break
            bound += least
            _raise(graph, reduced, held, size, marks, mark, least)
    return bound


@compiled
def arc_spread(graph, reduced, sources, is_forward):
    """Distances by reduced costs from the sources along the arcs, or against them."""
    count = len(graph.first) - 1
    far = numpy.full(count, numpy.inf)
    keys, nodes = numpy.empty(len(graph.ends) + count + 1), numpy.empty(len(graph.ends) + count + 1, numpy.int64)
    size = 0
    for node in sources:
        far[node] = 0.0
        size = push(keys, nodes, size, 0.0, node)
    while size:
        key, node = keys[0], nodes[0]
        size = pop(keys, nodes, size)
        if key > far[node]:
            continue
        for place in range(graph.first[node], graph.first[node + 1]):
            other, edge = graph.ends[place], graph.edges[place]
            further = key + reduced[2 * edge + ((graph.tails[edge] == node) != is_forward)]
            if further < far[other]:
                far[other] = further
                size = push(keys, nodes, size, further, other)
    return far


def needless(graph, terminals, root, reduced, slack) -> numpy.ndarray:
    """True for each edge that only trees use which cost more than the bound by the slack or more."""
    others = terminals[terminals != root]
    from_root = arc_spread(graph, reduced, numpy.array([root]), True)
    to_terminal = arc_spread(graph, reduced, others, False)
    forth = from_root[graph.tails] + reduced[0::2] + to_terminal[graph.heads]
    back = from_root[graph.heads] + reduced[1::2] + to_terminal[graph.tails]
    return numpy.minimum(forth, back) >= slack


def ascents(problem, roots):
    """For each root the bound and the reduced costs of all arcs."""
    for root in roots:
        reduced = numpy.repeat(problem.costs, 2)
        yield root, ascend(problem.arrays, problem.terminals, root, reduced), reduced
