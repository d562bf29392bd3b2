"""Ranges as surveys write them: strands ``1-12``, ports ``A-01..A-12``."""
import re

LARGEST = 10_000
_NUMBERS = re.compile(r"\s*(\d+)\s*(?:[-~–—至]\s*(\d+))?\s*")
_LAST_DIGITS = re.compile(r"^(.*?)(\d+)$", re.DOTALL)


def parse_numbers(text: str) -> list[int]:
    """The numbers that a range names, in the order written.

    ``1-3,8`` gives 1, 2, 3, 8; ``3-1`` counts down, as crossed splices do.

    Raises
    ------
    ValueError
        Says what is wrong, in words for a finding.
    """
    numbers: list[int] = []
    for part in re.split(r"[,,、;;]", text):
        matched = _NUMBERS.fullmatch(part)
        if not matched:
            raise ValueError(f"{part.strip()!r} is not a number or a range such as 1-12")
        first = int(matched[1])
        last = int(matched[2]) if matched[2] else first
        if abs(last - first) >= LARGEST:
            raise ValueError(f"{part.strip()!r} names more than {LARGEST} numbers")
        numbers.extend(range(first, last + 1) if last >= first else range(first, last - 1, -1))
    if len(set(numbers)) != len(numbers):
        raise ValueError("a number appears twice in the range")
    return numbers


def parse_ports(text: str) -> list[str]:
    """The port numbers that a range names, in order: ``A-01..A-03`` gives A-01, A-02, A-03; ``0/2/0..3`` counts the last digits.

    Raises
    ------
    ValueError
        Says what is wrong, in words for a finding.
    """
    ports: list[str] = []
    for part in re.split(r"[,,、;;]", text):
        ports.extend(_port_run(part.strip()))
    if len(set(ports)) != len(ports):
        raise ValueError("a port appears twice in the range")
    return ports


def _port_run(part: str) -> list[str]:
    if not part:
        raise ValueError("an empty port number")
    if ".." not in part:
        return [part]
    first, last = (end.strip() for end in part.split("..", 1))
    head = _LAST_DIGITS.match(first)
    tail = _LAST_DIGITS.match(last)
    if not head or not tail or tail[1] not in ("", head[1]):
        raise ValueError(f"{part!r} is not a range of ports such as A-01..A-12")
    low, high = int(head[2]), int(tail[2])
    if abs(high - low) >= LARGEST:
        raise ValueError(f"{part!r} names more than {LARGEST} ports")
    width = len(head[2])
    step = 1 if high >= low else -1
    return [f"{head[1]}{number:0{width}d}" for number in range(low, high + step, step)]


def write_numbers(numbers: list[int]) -> str:
    """The numbers as ``parse_numbers`` reads them, in their order: 1, 2, 3, 8 is ``1-3,8``."""
    return ",".join(f"{first}-{last}" if last != first else str(first) for first, last in _runs(numbers))


def write_ports(ports: list[str]) -> str:
    """The port numbers as ``parse_ports`` reads them, in their order: A-01, A-02, A-04 is ``A-01..A-02,A-04``."""
    parts: list[list[str]] = []
    for port in ports:
        if parts and _is_next(parts[-1][-1], port):
            parts[-1].append(port)
        else:
            parts.append([port])
    return ",".join(part[0] if len(part) == 1 else f"{part[0]}..{part[-1]}" for part in parts)


def _is_next(before: str, port: str) -> bool:
    head, tail = _LAST_DIGITS.match(before), _LAST_DIGITS.match(port)
    return bool(head and tail and ".." not in before + port and head[1] == tail[1] and len(head[2]) == len(tail[2])
                and int(tail[2]) == int(head[2]) + 1)


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
