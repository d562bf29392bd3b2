"""Inner loops of the tree searches, compiled: a heap, distances, spanning trees. Arrays in, arrays out; nothing is checked here."""
import numba
import numpy

compiled = numba.njit(cache=True, nogil=True)


@compiled
def push(keys, nodes, size, key, node):
    """The size of the heap once a node is in it."""
    place = size
    while place and keys[(place - 1) >> 1] > key:
        above = (place - 1) >> 1
        keys[place], nodes[place] = keys[above], nodes[above]
        place = above
    keys[place], nodes[place] = key, node
    return size + 1


@compiled
def pop(keys, nodes, size):
    """The size of the heap once its first row is gone."""
    size -= 1
    key, node = keys[size], nodes[size]
    place, below = 0, 1
    while below < size:
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[place], nodes[place] = keys[below], nodes[below]
        place, below = below, 2 * below + 1
    keys[place], nodes[place] = key, node
    return size


@compiled
def spread(graph, costs, sources, limit):
    """From each node the distance to its nearest source, the edge towards it (-1), and that source's place (-1 beyond the limit)."""
    count = len(graph.first) - 1
    far = numpy.full(count, numpy.inf)
    edge_to = numpy.full(count, -1, numpy.int64)
    base = numpy.full(count, -1, numpy.int64)
    keys, nodes = numpy.empty(len(graph.ends) + count + 1), numpy.empty(len(graph.ends) + count + 1, numpy.int64)
    size = 0
    for place in range(len(sources)):
        far[sources[place]], base[sources[place]] = 0.0, place
        size = push(keys, nodes, size, 0.0, sources[place])
    while size:
        key, node = keys[0], nodes[0]
        size = pop(keys, nodes, size)
        if key > far[node]:
            continue
        for arc in range(graph.first[node], graph.first[node + 1]):
            other, further = graph.ends[arc], key + costs[graph.edges[arc]]
            if further < far[other] and further <= limit:
                far[other], edge_to[other], base[other] = further, graph.edges[arc], base[node]
                size = push(keys, nodes, size, further, other)
    return far, edge_to, base


@compiled
def across(graph, edge, node):
    """The node at the other end of an edge."""
    return graph.heads[edge] if graph.tails[edge] == node else graph.tails[edge]


@compiled
def _join_path(graph, edge_to, node, far, is_in, keys, nodes, size):
    while not is_in[node]:
        is_in[node] = True
        far[node] = 0.0
        size = push(keys, nodes, size, 0.0, node)
        if edge_to[node] < 0:
            break
        node = across(graph, edge_to[node], node)
    return size


@compiled
def grow(graph, costs, is_terminal, root):
    """True for each node of a tree that grows from the root to the nearest terminal, and again, until it has all that it can reach."""
    count = len(graph.first) - 1
    far = numpy.full(count, numpy.inf)
    edge_to = numpy.full(count, -1, numpy.int64)
    is_in = numpy.zeros(count, numpy.bool_)
    room = len(graph.ends) + 4 * count + 1
    keys, nodes = numpy.empty(room), numpy.empty(room, numpy.int64)
    size = _join_path(graph, edge_to, root, far, is_in, keys, nodes, 0)
    while size:
        key, node = keys[0], nodes[0]
        size = pop(keys, nodes, size)
        if key > far[node]:
            continue
        if is_terminal[node] and not is_in[node]:
            size = _join_path(graph, edge_to, node, far, is_in, keys, nodes, size)
            continue
        for arc in range(graph.first[node], graph.first[node + 1]):
            other, further = graph.ends[arc], key + costs[graph.edges[arc]]
            if further < far[other]:
                far[other], edge_to[other] = further, graph.edges[arc]
                if size + 1 >= len(keys):
                    more, extra = numpy.empty(2 * len(keys)), numpy.empty(2 * len(keys), numpy.int64)
                    more[: len(keys)], extra[: len(nodes)] = keys, nodes
                    keys, nodes = more, extra
                size = push(keys, nodes, size, further, other)
    return is_in


@compiled
def find(parents, node):
    """The head of a node's set."""
    while parents[node] != node:
        parents[node] = parents[parents[node]]
        node = parents[node]
    return node


@compiled
def span(graph, order, is_in):
    """The edges of the cheapest spanning forest over the nodes that are in; ``order`` sorts all edges by cost."""
    parents = numpy.arange(len(graph.first) - 1)
    kept = numpy.zeros(len(graph.tails), numpy.bool_)
    for edge in order:
        if is_in[graph.tails[edge]] and is_in[graph.heads[edge]]:
            left, right = find(parents, graph.tails[edge]), find(parents, graph.heads[edge])
            if left != right:
                parents[left] = right
                kept[edge] = True
    return kept


@compiled
def prune(graph, kept, is_terminal):
    """Drop ends of the tree that are no terminals, again and again; changes ``kept`` and tells what it costs."""
    degree = numpy.zeros(len(graph.first) - 1, numpy.int64)
    total = 0.0
    for edge in numpy.flatnonzero(kept):
        degree[graph.tails[edge]] += 1
        degree[graph.heads[edge]] += 1
        total += graph.costs[edge]
    waiting = numpy.flatnonzero((degree == 1) & ~is_terminal)
    for node in waiting:
        while degree[node] == 1 and not is_terminal[node]:
            for arc in range(graph.first[node], graph.first[node + 1]):
                edge = graph.edges[arc]
                if kept[edge]:
                    kept[edge] = False
                    total -= graph.costs[edge]
                    degree[node] -= 1
                    node = graph.ends[arc]
                    degree[node] -= 1
                    break
    return total


@compiled
def nodes_of(graph, kept):
    """True for each node of the kept edges."""
    is_in = numpy.zeros(len(graph.first) - 1, numpy.bool_)
    for edge in numpy.flatnonzero(kept):
        is_in[graph.tails[edge]] = True
        is_in[graph.heads[edge]] = True
    return is_in


@compiled
def tree_over(graph, order, is_in, is_terminal):
    """The edges of the cheapest tree over nodes, without needless ends, and what it costs."""
    kept = span(graph, order, is_in)
    return kept, prune(graph, kept, is_terminal)
