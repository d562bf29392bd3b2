"""Shortest ways along the sections, grown from offices or cabinets."""
from collections import deque
from dataclasses import dataclass

from scripts.demo_county.structures import Ground


@dataclass
class Forest:
    """Trees over structures: parent, section to it, depth in sections, root, and place in a walk that keeps branches together."""

    parent: dict[int, int]
    depth: dict[int, int]
    root: dict[int, int]
    walk: dict[int, int]

    def path(self, node: int) -> list[int]:
        """Structures from the root to ``node``."""
        chain = [node]
        while self.parent[chain[-1]] >= 0:
            chain.append(self.parent[chain[-1]])
        return chain[::-1]


def grow(ground: Ground, roots: list[int]) -> Forest:
    """The forest of fewest sections from ``roots``; lines between towns are left out."""
    parent = dict.fromkeys(roots, -1)
    depth = dict.fromkeys(roots, 0)
    root = {node: node for node in roots}
    children: dict[int, list[int]] = {}
    queue = deque(roots)
    while queue:
        node = queue.popleft()
        for near, _ in ground.links[node]:
            if near not in parent and ground.structures[near].serves:
                parent[near], depth[near], root[near] = node, depth[node] + 1, root[node]
                children.setdefault(node, []).append(near)
                queue.append(near)
    return Forest(parent, depth, root, _walk(roots, children))


def _walk(roots: list[int], children: dict[int, list[int]]) -> dict[int, int]:
    order: dict[int, int] = {}
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        order[node] = len(order)
        stack.extend(reversed(children.get(node, ())))
    return order


def sections_along(ground: Ground, nodes: list[int]) -> list[int]:
    """Sections between consecutive structures."""
    return [next(number for near, number in ground.links[one] if near == two) for one, two in zip(nodes, nodes[1:], strict=False)]


def length_along(ground: Ground, nodes: list[int]) -> float:
    """Metres along consecutive structures."""
    return sum(ground.sections[number].length_m for number in sections_along(ground, nodes))
