"""Time on the wall and of processors: a machine that others use too doubles the one and hardly changes the other."""
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from scripts.benchmarks.results import median

Told = TypeVar("Told")


def backend_seconds(pid: int) -> float:
    """Processor seconds of a process of this machine, in nanosecond steps."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    except FileNotFoundError:
        raise SystemExit("a database server on this machine is needed: the processor time of its processes is counted") from None


_BACKENDS = text(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True)
class Spent:
    """Seconds of processors, here and in the database, and on the wall."""

    processor: float
    wall: float


def spend(engine, work: Callable[[], Told]) -> tuple[Told, Spent]:
    """What the work gives, and what it took: all of it, on whatever connections of the engine; nobody else works in its database."""
    spent, began = _spent(engine), time.perf_counter()
    found = work()
    wall = time.perf_counter() - began
    return found, Spent(_spent(engine) - spent, wall)


def _spent(engine) -> float:
    """Processor seconds so far of this process and of the engine's connections, which its pool keeps."""
    with create_engine(engine.url, poolclass=NullPool).connect() as connection:
        backends = connection.execute(_BACKENDS).scalars().all()
    return time.process_time() + sum(map(backend_seconds, backends))


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
