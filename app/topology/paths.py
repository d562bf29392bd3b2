"""Ways through a mesh: the cheapest, the next ones, two that share nothing, and what every way must pass.

All functions are pure. ``cost`` gives each edge a number of 0 or more; an infinite one closes the edge.
"""
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from math import inf

from app.topology.mesh import Mesh

# Ways tried as the first of two that share no risk, before the question is left open.
MOST_TRIES = 40
# Sums of costs in other orders may differ by their last digit.
_CLOSE = 1e-9


@dataclass(frozen=True)
class Way:
    """Edges and nodes from start to goal, one node more than edges; ``metres`` sums the lengths."""

    edges: tuple[int, ...]
    nodes: tuple[int, ...]
    cost: float
    metres: float


@dataclass(frozen=True)
class Net:
    """A mesh with the costs of one question.

    Attributes
    ----------
    cost
        Of each edge.
    closed
        Nodes that no way may pass; start and goal may be among them.
    most_metres
        No way may be longer.
    """

    mesh: Mesh
    cost: Sequence[float]
    closed: frozenset[int] = frozenset()
    most_metres: float = inf


@dataclass(frozen=True)
class Pair:
    """Two ways that share nothing, the cheaper first; or none, and what prevents them.

    Attributes
    ----------
    cuts
        Each alone is passed by every way: edges, nodes or risks, by what was asked. In the order of the way.
    is_settled
        False where neither a pair nor a proof that there is none was found within the tries.
    """

    ways: tuple[Way, ...]
    cuts: tuple[int, ...] = ()
    is_settled: bool = True


def distances(net: Net, goal: int, weights: Sequence[float]) -> list[float]:
    """From each node the least sum of weights to the goal, over open edges and nodes; infinite where there is no way."""
    arcs, cost, closed = net.mesh.arcs, net.cost, net.closed
    best = [inf] * len(arcs)
    best[goal] = 0.0
    queue = [(0.0, goal)]
    while queue:
        far, node = heappop(queue)
        if far > best[node] or (node in closed and node != goal):
            continue
        for edge, other in arcs[node]:
            if cost[edge] == inf:
                continue
            further = far + weights[edge]
            if further < best[other]:
                best[other] = further
                heappush(queue, (further, other))
    return best


def find_way(net: Net, start: int, goal: int) -> Way | None:
    """The cheapest way that keeps to the limit of length; None where there is none."""
    return _search(net, start, goal, _bounds(net, goal))


def find_ways(net: Net, start: int, goal: int, count: int) -> list[Way]:
    """Up to ``count`` ways, the cheapest first; none passes a node twice, and no two are the same.

    By deviations from the ways found (Yen 1971), each searched towards the goal with the known distances, so that a deviation
    looks at little more than the nodes that it passes.
    """
    return list(_ways_one_by_one(net, start, goal, count))


def find_pair(net: Net, start: int, goal: int, shares_nodes: bool) -> Pair:
    """The two ways of least total cost that share no edge, and no node between the ends unless ``shares_nodes``.

    Suurballe 1974: the second way may take the first one's edges backwards, and what both took is struck out. The limit of length
    is not kept here: the callers say which way is too long.
    """
    free = Net(net.mesh, net.cost, net.closed)
    from_start = distances(free, start, net.cost)
    if from_start[goal] == inf:
        return Pair(())
    first = _search(free, start, goal, _bounds(free, goal))
    taken = {edge: node for edge, node in zip(first.edges, first.nodes, strict=False)}
    second = _augment(free, (start, goal), from_start, (first, taken), shares_nodes)
    if second is None:
        return Pair((first,), must_pass(free, start, goal, first, not shares_nodes))
    for edge, node in second:
        # An edge taken both ways is taken by neither.
        if taken.pop(edge, None) is None:
            taken[edge] = node
    ways = _unravel(free, taken, start, goal)
    return Pair(tuple(sorted(ways, key=lambda way: (way.cost, way.edges))))


def find_risk_pair(net: Net, start: int, goal: int, risks: Sequence[Collection[int]], tries: int = MOST_TRIES) -> Pair:
    """The two ways of least total cost that share no risk.

    The question is hard in general. Two ways that share no edge often share no risk either, and are then the answer. Else ways are
    tried as the cheaper of the two in the order of their cost, until they cost more than half of the best pair; so an answer found
    in time is the best one. The limit of length is not kept here.

    Parameters
    ----------
    risks
        Of each edge what may fail under it (cables, ducts), as numbers.
    """
    net = Net(net.mesh, net.cost, net.closed)
    relaxed = find_pair(net, start, goal, shares_nodes=True)
    if len(relaxed.ways) < 2:
        return replace(relaxed, cuts=tuple(dict.fromkeys(risk for edge in relaxed.cuts for risk in sorted(risks[edge]))))
    left, right = (_risks_on(way, risks) for way in relaxed.ways)
    shared = left & right
    if not shared:
        return relaxed
    first = find_way(net, start, goal)
    edges_of = _edges_by_risk(risks)
    # What parts the ends is passed by both of these ways.
    cuts = tuple(risk for risk in sorted(shared) if find_way(_without(net, edges_of, {risk}), start, goal) is None)
    return Pair((first,), cuts) if cuts else _try_pairs(net, (start, goal), risks, edges_of, tries)


def must_pass(net: Net, start: int, goal: int, way: Way | None = None, nodes: bool = False) -> tuple[int, ...]:
    """What every way from start to goal passes, in order: edges, or nodes between the two."""
    way = way or find_way(net, start, goal)
    if way is None:
        return ()
    return _must_pass_nodes(net, way) if nodes else _must_pass_edges(net, way)


def _ways_one_by_one(net: Net, start: int, goal: int, most: int) -> Iterator[Way]:
    """As `find_ways`, but each way is told when it is found."""
    bounds = _bounds(net, goal)
    first = _search(net, start, goal, bounds)
    found, known, waiting = [], set(), []
    if first is not None:
        waiting.append((first.cost, first.metres, first.edges, first.nodes))
    while waiting:
        cost, metres, edges, nodes = heappop(waiting)
        found.append(Way(edges, nodes, cost, metres))
        yield found[-1]
        if len(found) == most:
            return
        for way in _deviations(net, found, goal, bounds):
            if way.edges not in known:
                known.add(way.edges)
                heappush(waiting, (way.cost, way.metres, way.edges, way.nodes))


def _bounds(net: Net, goal: int) -> tuple[list[float], list[float] | None]:
    by_metres = None if net.most_metres == inf else distances(net, goal, net.mesh.metres.tolist())
    return distances(net, goal, net.cost), by_metres


def _search(net: Net, start: int, goal: int, bounds, barred: Collection[int] = (), shut: Collection[int] = ()) -> Way | None:
    """The cheapest way without the barred edges and shut nodes; led by the distances without them, which never promise too little.

    With a limit of length a node may be reached by several ways, the dearer ones shorter; without one the first is the best.
    """
    to_goal, metres_to_goal = bounds
    if to_goal[start] == inf:
        return None
    lengths, most = net.mesh.metres, net.most_metres + _CLOSE
    is_limited = metres_to_goal is not None
    reached: dict[int, float] = {}
    queue = [(to_goal[start], 0.0, 0.0, start, None)]
    while queue:
        _, cost, metres, node, trail = heappop(queue)
        if reached.get(node, inf) <= (metres if is_limited else cost):
            continue
        reached[node] = metres if is_limited else cost
        if node == goal:
            return _unwind(trail, start, cost, float(sum(lengths[edge] for edge in _trail_edges(trail))))
        for edge, other in net.mesh.arcs[node]:
            if edge in barred or other in shut or not _is_open(net, edge, other, goal) or to_goal[other] == inf:
                continue
            further = metres + float(lengths[edge]) if is_limited else metres
            if is_limited and further + metres_to_goal[other] > most:
                continue
            heappush(queue, (cost + net.cost[edge] + to_goal[other], cost + net.cost[edge], further, other, (edge, other, trail)))
    return None


def _is_open(net: Net, edge: int, node: int, goal: int) -> bool:
    return net.cost[edge] != inf and (node == goal or node not in net.closed)


def _trail_edges(trail) -> list[int]:
    edges = []
    while trail is not None:
        edges.append(trail[0])
        trail = trail[2]
    return edges


def _unwind(trail, start: int, cost: float, metres: float) -> Way:
    edges, nodes = [], []
    while trail is not None:
        edges.append(trail[0])
        nodes.append(trail[1])
        trail = trail[2]
    return Way(tuple(reversed(edges)), (start, *reversed(nodes)), cost, metres)


def _deviations(net: Net, found: list[Way], goal: int, bounds):
    """Ways that leave the last way found at each of its nodes, by an edge that no way with the same beginning took."""
    last = found[-1]
    cost, metres = 0.0, 0.0
    for place, node in enumerate(last.nodes[:-1]):
        root = last.edges[:place]
        barred = {way.edges[place] for way in found if way.edges[:place] == root and len(way.edges) > place}
        rest = Net(net.mesh, net.cost, net.closed, net.most_metres - metres)
        spur = _search(rest, node, goal, bounds, barred, set(last.nodes[: place + 1]))
        if spur is not None:
            yield Way(root + spur.edges, last.nodes[:place] + spur.nodes, cost + spur.cost, metres + spur.metres)
        cost += net.cost[last.edges[place]]
        metres += float(net.mesh.metres[last.edges[place]])


def _try_pairs(net: Net, ends: tuple[int, int], risks, edges_of: dict[int, list[int]], tries: int) -> Pair:
    best: tuple[Way, ...] = ()
    total, first, tried = inf, None, 0
    for way in _ways_one_by_one(net, *ends, tries):
        first, tried = first or way, tried + 1
        if way.cost * 2 > total + _CLOSE:
            tried = 0
            break
        other = find_way(_without(net, edges_of, _risks_on(way, risks)), *ends)
        if other is not None and way.cost + other.cost < total - _CLOSE:
            best, total = (way, other), way.cost + other.cost
    ways = tuple(sorted(best, key=lambda way: (way.cost, way.edges))) if best else (first,)
    return Pair(ways, (), tried < tries)


def _risks_on(way: Way, risks: Sequence[Collection[int]]) -> set[int]:
    return {risk for edge in way.edges for risk in risks[edge]}


def _edges_by_risk(risks: Sequence[Collection[int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for edge, held in enumerate(risks):
        for risk in held:
            found.setdefault(risk, []).append(edge)
    return found


def _without(net: Net, edges_of: dict[int, list[int]], gone: Collection[int]) -> Net:
    cost = list(net.cost)
    for risk in gone:
        for edge in edges_of[risk]:
            cost[edge] = inf
    return Net(net.mesh, cost, net.closed)


def _must_pass_edges(net: Net, way: Way) -> tuple[int, ...]:
    """Walk on without the way's edges; where that leads no further along the way, every way passes its next edge."""
    place_of = {node: place for place, node in enumerate(way.nodes)}
    goal, on_way, furthest, stops = way.nodes[-1], set(way.edges), 0, []
    seen, waiting = {way.nodes[0]}, [way.nodes[0]]
    for place, edge_on_way in enumerate(way.edges):
        while waiting:
            for edge, other in net.mesh.arcs[waiting.pop()]:
                if edge not in on_way and other not in seen and _is_open(net, edge, other, goal):
                    seen.add(other)
                    waiting.append(other)
                    furthest = max(furthest, place_of.get(other, 0))
        if furthest <= place:
            stops.append(edge_on_way)
        if way.nodes[place + 1] not in seen:
            seen.add(way.nodes[place + 1])
            waiting.append(way.nodes[place + 1])
    return tuple(stops)


def _must_pass_nodes(net: Net, way: Way) -> tuple[int, ...]:
    """As for edges, but a walk that comes to a node of the way stops there: it has passed everything before it."""
    place_of = {node: place for place, node in enumerate(way.nodes)}
    goal, seen, furthest, stops = way.nodes[-1], {way.nodes[0]}, 0, []
    waiting = [way.nodes[0]]
    for place in range(len(way.nodes) - 1):
        while waiting:
            node = waiting.pop()
            for edge, other in net.mesh.arcs[node]:
                if not _is_open(net, edge, other, goal):
                    continue
                if other in place_of:
                    furthest = max(furthest, place_of[other])
                elif other not in seen:
                    seen.add(other)
                    waiting.append(other)
        following = way.nodes[place + 1]
        if furthest == place + 1 and following != goal:
            stops.append(following)
        seen.add(following)
        waiting.append(following)
    return tuple(stops)


def _augment(net: Net, ends: tuple[int, int], from_start: list[float], first: tuple[Way, dict], shares_nodes: bool) -> list | None:
    """The edges of a second way as (edge, node that it leaves), the first way's backwards where that helps; None where there is none.

    A node is its entrance (2n) and its exit (2n + 1). Costs are reduced by the distances from the start, so none is below 0.
    """
    (start, goal), (way, taken) = ends, first
    before = {node: edge for edge, node in zip(way.edges, way.nodes[1:], strict=True)}
    between = frozenset() if shares_nodes else frozenset(way.nodes[1:-1])
    trails: dict[int, tuple | None] = {}
    queue = [(0.0, 2 * start + 1, None)]
    while queue:
        far, state, trail = heappop(queue)
        if state in trails:
            continue
        trails[state] = trail
        node = state // 2
        if node == goal:
            return _steps(trails, state)
        if node in between and state % 2 and 2 * node not in trails:
            heappush(queue, (far, 2 * node, (state, None)))
        for edge, other in net.mesh.arcs[node]:
            is_back = other == taken.get(edge) and node != taken.get(edge)
            if edge in taken and not is_back or other == start:
                continue
            if node in between and not state % 2 and before[node] != edge:
                continue
            if not is_back and not _is_open(net, edge, other, goal) or from_start[other] == inf:
                continue
            # Arriving backwards on the first way, one stands at the exit; else at the entrance, which on it is no way through.
            target = 2 * other + 1 if is_back or other not in between else 2 * other
            cost = -net.cost[edge] if is_back else net.cost[edge]
            if target not in trails:
                heappush(queue, (far + max(cost + from_start[node] - from_start[other], 0.0), target, (state, edge)))
    return None


def _steps(trails: dict, state: int) -> list[tuple[int, int]]:
    steps = []
    while trails[state] is not None:
        state, edge = trails[state]
        if edge is not None:
            steps.append((edge, state // 2))
    return steps


def _unravel(net: Net, taken: dict[int, int], start: int, goal: int) -> list[Way]:
    """The two ways that edges make, each edge told with the node that it leaves; rounds that cost nothing are left out."""
    leaving: dict[int, list[int]] = {}
    for edge, node in sorted(taken.items(), reverse=True):
        leaving.setdefault(node, []).append(edge)
    ways = []
    for _ in range(2):
        edges, nodes = [], [start]
        while nodes[-1] != goal:
            edge = leaving[nodes[-1]].pop()
            node = net.mesh.other_end(edge, nodes[-1])
            if node in nodes:
                place = nodes.index(node)
                del edges[place:], nodes[place + 1 :]
                continue
            edges.append(edge)
            nodes.append(node)
        ways.append(way_of(net, edges, nodes))
    return ways


def way_of(net: Net, edges: Sequence[int], nodes: Sequence[int]) -> Way:
    """The way over these edges, with what it costs and how long it is."""
    return Way(tuple(edges), tuple(nodes), sum(net.cost[edge] for edge in edges), float(sum(net.mesh.metres[edge] for edge in edges)))
