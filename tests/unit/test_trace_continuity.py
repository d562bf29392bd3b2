"""Ways put together from joints: chains, trees, rings, and what a walk over random networks must keep to."""
from hypothesis import given
from hypothesis import strategies as st

from app.network.rules.terminations import BACK, FRONT, SPLIT_IN, SPLIT_OUT, conductor_end, port_end
from app.topology.continuity import Joints, PortSide, children, follow, group_ports


def joined(pairs, sides=None) -> Joints:
    """Joints numbered from 1."""
    mates = {}
    for number, (one, two) in enumerate(pairs, start=1):
        mates[one], mates[two] = (two, number), (one, number)
    return Joints(mates, sides or {}, group_ports(sides or {}))


def strand(number, face):
    return conductor_end(number, face)


CHAIN = [(strand(1, 1), strand(2, 0)), (strand(2, 1), strand(3, 1)), (strand(3, 0), strand(4, 0))]


def test_chain_is_told_from_its_end():
    way = follow(("conductor", 1), joined(CHAIN))
    assert [step.thing[1] for step in way.steps] == [1, 2, 3, 4]
    assert [step.joint for step in way.steps] == [None, 1, 2, 3]
    assert way.start == 1 and not way.loops and not way.climbs


def test_chain_is_told_alike_from_every_thing_inside():
    ways = [follow(("conductor", number), joined(CHAIN)) for number in (2, 3)]
    assert ways[0].steps == ways[1].steps
    assert [way.start for way in ways] in ([2, 3], [3, 2])


def test_line_port_comes_first():
    sides = {9: PortSide("plain")}
    way = follow(("conductor", 2), joined([*CHAIN, (strand(4, 1), port_end(9, FRONT))], sides))
    assert [step.thing for step in way.steps][0] == ("port", 9)


def test_ring_ends_with_a_finding():
    ring = [(strand(1, 1), strand(2, 0)), (strand(2, 1), strand(1, 0))]
    way = follow(("conductor", 1), joined(ring))
    assert [step.thing[1] for step in way.steps] == [1, 2]
    assert (2, ("conductor", 1)) in way.loops


def splitter(outputs, group=(7, 1), first=100):
    """Sides of a splitter: port ``first`` is the input, the next ones are the outputs."""
    return {first: PortSide("split_in", group), **{first + no: PortSide("split_out", group, (no,)) for no in range(1, outputs + 1)}}


def test_splitter_spreads_and_a_branch_goes_one_way_up():
    sides = splitter(3)
    pairs = [(strand(1, 1), port_end(100, SPLIT_IN)), *((port_end(100 + no, SPLIT_OUT), strand(10 + no, 0)) for no in (1, 2, 3))]
    down = follow(("conductor", 1), joined(pairs, sides))
    assert [step.thing[1] for step in down.steps] == [1, 100, 101, 11, 102, 12, 103, 13]
    assert [step.depth for step in down.steps] == [0, 0] + [1] * 6
    assert [step.thing[1] for step in children(down.steps)[2]] == [101, 102, 103]
    assert not down.climbs
    up = follow(("conductor", 12), joined([pairs[0], pairs[2]], sides))
    assert [step.thing[1] for step in up.steps] == [12, 102, 100, 1]
    assert up.climbs


def test_start_at_a_splitter_goes_both_ways():
    sides = splitter(2)
    pairs = [(strand(1, 1), port_end(100, SPLIT_IN)), *((port_end(100 + no, SPLIT_OUT), strand(10 + no, 0)) for no in (1, 2))]
    way = follow(("port", 100), joined(pairs, sides))
    assert [step.thing[1] for step in way.steps] == [1, 100, 101, 11, 102, 12]
    assert way.start == 2


def test_outputs_joined_to_each_other_end_the_way():
    sides = splitter(2)
    pairs = [(strand(1, 1), port_end(100, SPLIT_IN)), (port_end(101, SPLIT_OUT), port_end(102, SPLIT_OUT))]
    way = follow(("conductor", 1), joined(pairs, sides))
    assert {step.thing[1] for step in way.steps} == {1, 100, 101, 102}
    assert way.loops


@st.composite
def networks(draw):
    """Strands and panels joined at random, each termination once at most: chains and rings."""
    strands = draw(st.integers(1, 12))
    panels = range(50, 50 + draw(st.integers(0, 4)))
    ends = [strand(number, face) for number in range(1, strands + 1) for face in (0, 1)]
    ends += [port_end(panel, face) for panel in panels for face in (BACK, FRONT)]
    shuffled = draw(st.permutations(ends))
    count = draw(st.integers(0, len(ends) // 2))
    pairs = list(zip(shuffled[: 2 * count : 2], shuffled[1 : 2 * count : 2], strict=True))
    return pairs, {panel: PortSide("panel") for panel in panels}, [("conductor", number) for number in range(1, strands + 1)]


@given(networks())
def test_trace_is_symmetric(network):
    """Whatever a way passes tells of the same things, in the same order or the reverse."""
    pairs, sides, strands = network
    joints = joined(pairs, sides)
    for start in strands:
        way = follow(start, joints)
        told = [step.thing for step in way.steps]
        assert len(set(told)) == len(told)
        if way.loops:
            continue
        for other in told:
            again = [step.thing for step in follow(other, joints).steps]
            assert again in (told, told[::-1])


@given(networks())
def test_every_joint_of_a_way_is_one_that_is_there(network):
    pairs, sides, strands = network
    joints = joined(pairs, sides)
    for start in strands:
        for step in follow(start, joints).steps:
            if step.joint:
                parent = follow(start, joints).steps[step.parent - 1].thing
                things = {("conductor" if key & 7 < 4 else "port", key >> 3) for key in pairs[step.joint - 1]}
                assert things <= {parent, step.thing}


@st.composite
def trees(draw):
    """A feeder, splitters in a tree, strands between them and behind the outputs: joints, sides, and the strand that is the head."""
    sides, pairs, free, next_strand = {}, [], [strand(1, 1)], 2
    for level in range(draw(st.integers(1, 4))):
        end = free.pop(draw(st.integers(0, len(free) - 1)))
        first, outputs = 1000 + 100 * level, draw(st.integers(1, 4))
        own = splitter(outputs, (level, 1), first)
        sides |= own
        pairs.append((end, port_end(first, SPLIT_IN)))
        for port in list(own)[1:]:
            pairs.append((port_end(port, SPLIT_OUT), strand(next_strand, 0)))
            free.append(strand(next_strand, 1))
            next_strand += 1
    return pairs, sides, [end >> 3 for end in free]


@given(trees())
def test_a_branch_of_a_tree_is_the_way_up_turned_round(tree):
    """Down from the head every leaf is reached once; up from each leaf goes the same way, and nowhere else."""
    pairs, sides, leaves = tree
    joints = joined(pairs, sides)
    down = follow(("conductor", 1), joints)
    no_of = {step.thing: step.no for step in down.steps}
    assert len(no_of) == len(down.steps) and not down.loops and not down.climbs
    ends = {step.thing[1] for step in down.steps} & set(leaves)
    assert ends == set(leaves)
    for leaf in leaves:
        branch, no = [], no_of["conductor", leaf]
        while no is not None:
            branch.append(down.steps[no - 1].thing)
            no = down.steps[no - 1].parent
        up = follow(("conductor", leaf), joints)
        assert [step.thing for step in up.steps] in (branch, branch[::-1]) and up.climbs
