"""Time on the wall and of processors: a machine that others use too doubles the one and hardly changes the other."""
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from scripts.benchmarks.results import median

Told = TypeVar("Told")


def backend_seconds(pid: int) -> float:
    """Processor seconds of a process of this machine, in nanosecond steps."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    except FileNotFoundError:
        raise SystemExit("a database server on this machine is needed: the processor time of its processes is counted") from None


@dataclass
class Meter:
    """Takes the time of questions on one connection."""

    session: Session
    wall_ms: list[float] = field(default_factory=list)
    processor_ms: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._backend = self.session.execute(text("SELECT pg_backend_pid()")).scalar_one()

    def take(self, call: Callable[[], Told]) -> Told:
        """What the call gives; its time is noted."""
        spent, began = self.spent(), time.perf_counter()
        found = call()
        self.wall_ms.append((time.perf_counter() - began) * 1000)
        self.processor_ms.append((self.spent() - spent) * 1000)
        return found

    @property
    def wall(self) -> float:
        return median(self.wall_ms)

    @property
    def processor(self) -> float:
        return median(self.processor_ms)

    def spent(self) -> float:
        """Processor seconds so far, here and in the database."""
        return time.process_time() + backend_seconds(self._backend)
