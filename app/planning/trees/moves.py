"""Improving a tree by small moves: a node more, a way between two knots replaced, a knot given up (Uchoa and Werneck 2010)."""
import numpy

from app.planning.trees.kernels import across, compiled, find, nodes_of, pop, push, tree_over


@compiled
def insert_nodes(graph, order, is_terminal, kept, total, candidates):
    """The tree and its cost once every candidate has been tried as one node more; a node stays where that makes the tree cheaper."""
    is_in = nodes_of(graph, kept)
    sorted_edges = order[kept[order]]
    for node in candidates:
        if is_in[node] or not _saves(graph, sorted_edges, is_in, node, 1e-9 * (1 + total)):
            continue
        is_in[node] = True
        tried, cost = tree_over(graph, order, is_in, is_terminal)
        if cost < total - 1e-9 * (1 + total):
            kept, total = tried, cost
            is_in = nodes_of(graph, kept)
            sorted_edges = order[kept[order]]
        else:
            is_in[node] = False
    return kept, total


@compiled
def _saves(graph, sorted_edges, is_in, node, least):
    """True where the cheapest tree over the nodes that are in and this one costs less by ``least`` than the tree that is there."""
    fresh, near = numpy.empty(graph.first[node + 1] - graph.first[node], numpy.int64), 0
    for arc in range(graph.first[node], graph.first[node + 1]):
        if is_in[graph.ends[arc]]:
            fresh[near] = graph.edges[arc]
            near += 1
    if near < 2:
        return False
    fresh = fresh[:near][numpy.argsort(graph.costs[fresh[:near]])]
    parents = numpy.arange(len(graph.first) - 1)
    saved, place = 0.0, 0
    for edge in sorted_edges:
        while place < near and graph.costs[fresh[place]] <= graph.costs[edge]:
            saved -= graph.costs[fresh[place]] * _unite(graph, parents, fresh[place])
            place += 1
        if not _unite(graph, parents, edge):
            saved += graph.costs[edge]
    # Nodes that the tree then needs no longer are not counted: a little more may be saved.
    return saved > least


@compiled
def _unite(graph, parents, edge):
    """True where an edge joins two sets, which then are one."""
    left, right = find(parents, graph.tails[edge]), find(parents, graph.heads[edge])
    parents[left] = right
    return left != right


@compiled
def degrees(graph, kept):
    """How many kept edges end at each node."""
    found = numpy.zeros(len(graph.first) - 1, numpy.int64)
    for edge in numpy.flatnonzero(kept):
        found[graph.tails[edge]] += 1
        found[graph.heads[edge]] += 1
    return found


@compiled
def _walk(graph, kept, is_knot, start, edge, path, size):
    """Put the edges of the way from a knot over its edge to the next knot into ``path``; tell their end in it and that knot."""
    node = start
    while True:
        path[size] = edge
        size += 1
        node = across(graph, edge, node)
        if is_knot[node]:
            return size, node
        for arc in range(graph.first[node], graph.first[node + 1]):
            following = graph.edges[arc]
            if kept[following] and following != edge:
                edge = following
                break


@compiled
def _label(graph, kept, heads, labels, held):
    """Give the nodes of each part of the tree the place of its head; tell how many nodes that are, listed in ``held``."""
    size = 0
    for place in range(len(heads)):
        if labels[heads[place]] >= 0:
            continue
        labels[heads[place]] = place
        held[size] = heads[place]
        read, size = size, size + 1
        while read < size:
            node = held[read]
            read += 1
            for arc in range(graph.first[node], graph.first[node + 1]):
                other = graph.ends[arc]
                if kept[graph.edges[arc]] and labels[other] < 0:
                    labels[other] = place
                    held[size] = other
                    size += 1
    return size


@compiled
def _reach(graph, labels, held, size, limit):
    """From each node the distance to the nearest part, the edge towards it; ``labels`` then names its part, ``held`` all nodes reached."""
    count = len(graph.first) - 1
    far = numpy.full(count, numpy.inf)
    edge_to = numpy.full(count, -1, numpy.int64)
    keys, nodes = numpy.empty(len(graph.ends) + count + 1), numpy.empty(len(graph.ends) + count + 1, numpy.int64)
    waiting = 0
    for node in held[:size]:
        far[node] = 0.0
        waiting = push(keys, nodes, waiting, 0.0, node)
    while waiting:
        key, node = keys[0], nodes[0]
        waiting = pop(keys, nodes, waiting)
        if key > far[node]:
            continue
        for arc in range(graph.first[node], graph.first[node + 1]):
            other, further = graph.ends[arc], key + graph.costs[graph.edges[arc]]
            if further < far[other] and 2 * further < limit:
                if labels[other] < 0:
                    held[size] = other
                    size += 1
                far[other], edge_to[other], labels[other] = further, graph.edges[arc], labels[node]
                waiting = push(keys, nodes, waiting, further, other)
    return far, edge_to, size


@compiled
def _links(graph, labels, far, held, limit):
    """The edges between two parts' reach that join them below the limit, and what joining costs."""
    links, prices = numpy.empty(len(graph.tails), numpy.int64), numpy.empty(len(graph.tails))
    found = 0
    for node in held:
        for arc in range(graph.first[node], graph.first[node + 1]):
            other = graph.ends[arc]
            if node < other and labels[other] >= 0 and labels[other] != labels[node]:
                price = far[node] + graph.costs[graph.edges[arc]] + far[other]
                if price < limit:
                    links[found], prices[found] = graph.edges[arc], price
                    found += 1
    return links[:found], prices[:found]


@compiled
def _rejoin(graph, kept, heads, limit):
    """Join the parts of the tree again below the limit: changes ``kept`` and tells True where that could be done."""
    count = len(graph.first) - 1
    labels, held = numpy.full(count, -1, numpy.int64), numpy.empty(count, numpy.int64)
    size = _label(graph, kept, heads, labels, held)
    far, edge_to, size = _reach(graph, labels, held, size, limit)
    links, prices = _links(graph, labels, far, held[:size], limit)
    parents = numpy.arange(len(heads))
    spent, missing = 0.0, len(heads) - 1
    for place in numpy.argsort(prices):
        edge = links[place]
        left, right = find(parents, labels[graph.tails[edge]]), find(parents, labels[graph.heads[edge]])
        if left != right:
            parents[left] = right
            spent += prices[place]
            missing -= 1
            if spent >= limit:
                return False
            _add_link(graph, kept, edge_to, edge)
    return missing == 0


@compiled
def _add_link(graph, kept, edge_to, edge):
    kept[edge] = True
    for node in (graph.tails[edge], graph.heads[edge]):
        while edge_to[node] >= 0:
            kept[edge_to[node]] = True
            node = across(graph, edge_to[node], node)


@compiled
def _without(graph, order, is_terminal, kept, total, path, heads):
    """The tree and its cost with the edges of the path replaced by something cheaper, else as they were."""
    tried = kept.copy()
    limit = 0.0
    for edge in path:
        tried[edge] = False
        limit += graph.costs[edge]
    if _rejoin(graph, tried, heads, limit - 1e-9 * (1 + total)):
        tried, cost = tree_over(graph, order, nodes_of(graph, tried), is_terminal)
        if cost < total - 1e-9 * (1 + total):
            return tried, cost
    return kept, total


@compiled
def _knot_paths(graph, kept, is_knot, node, path, heads):
    """Every way from a knot to the next ones: their edges in ``path``, where each ends in it, and the knots there."""
    stops = numpy.zeros(len(heads) + 1, numpy.int64)
    found = 0
    for arc in range(graph.first[node], graph.first[node + 1]):
        if kept[graph.edges[arc]] and found < len(heads):
            stops[found + 1], heads[found] = _walk(graph, kept, is_knot, node, graph.edges[arc], path, stops[found])
            found += 1
    return stops[: found + 1]


@compiled
def exchange(graph, order, is_terminal, kept, total, knots):
    """The tree and its cost once the ways at each knot have been tried for cheaper ones, and each knot that is no terminal given up."""
    degree = degrees(graph, kept)
    path, heads = numpy.empty(len(graph.first), numpy.int64), numpy.empty(len(graph.first), numpy.int64)
    for node in knots:
        is_knot = (degree > 2) | is_terminal
        if not is_knot[node] or not degree[node]:
            continue
        before = total
        room = heads[: degree[node]]
        stops = _knot_paths(graph, kept, is_knot, node, path, room)
        if not is_terminal[node]:
            kept, total = _without(graph, order, is_terminal, kept, total, path[: stops[-1]], room)
        for place in range(len(stops) - 1):
            if total < before:
                break
            if node < room[place] or not is_knot[room[place]]:
                ends = numpy.array([node, room[place]])
                kept, total = _without(graph, order, is_terminal, kept, total, path[stops[place] : stops[place + 1]], ends)
        if total < before:
            degree = degrees(graph, kept)
    return kept, total
