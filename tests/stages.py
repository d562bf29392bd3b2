"""Databases in which the town stands already, each built once, so that a test need not build it before it begins."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import URL, Engine, text
from sqlalchemy.orm import Session

from app.core.database import make_engine, transaction
from app.core.journal import add_region
from app.services.commands.tallies import settle_all_tallies
from tests import databases
from tests.factories.lines import build_lines
from tests.factories.use import Use, put_in_use
from tests.town import Town, build_town

REGION = 421000


@dataclass(frozen=True)
class Base:
    """A database for tests, and its twin to which nobody is ever connected, so that it can be copied at any time."""

    url: URL
    twin: URL


@dataclass(frozen=True)
class Stage:
    """A database with one region in it, and the keys of what was built there."""

    engine: Engine
    keys: Town | Use

    def town(self, session: Session) -> Town:
        """The town for one test, which may change its keys."""
        town = self.keys.town if isinstance(self.keys, Use) else self.keys
        tables = {name: dict(keys) for name, keys in vars(town).items() if isinstance(keys, dict)}
        return replace(town, session=session, **tables)

    def use(self, town: Town) -> Use:
        """The keys of what runs over ``town``."""
        use = Use(town)
        use.keys = dict(self.keys.keys)
        return use


def _use(session: Session) -> Use:
    return put_in_use(build_town(session, REGION))


def _counted(session: Session) -> Use:
    use = _use(session)
    settle_all_tallies(session, REGION)
    return use


def _lines(session: Session) -> Use:
    use = build_lines(session, REGION)[1]
    session.execute(text("ANALYZE"))
    return use


# What is asked for first counts: whoever asks for the town in use has the town as well.
BUILDERS: dict[str, Callable[[Session], Town | Use]] = {
    "lines": _lines,
    "counted_use": _counted,
    "use": _use,
    "town": lambda session: build_town(session, REGION),
}


class Stages:
    """Stages by the database that they are copied from and their name; built when they are first asked for."""

    def __init__(self) -> None:
        self._built: dict[tuple[URL, str], Stage] = {}

    def get(self, base: Base, name: str) -> Stage:
        key = base.url, name
        if key not in self._built:
            engine = make_engine(databases.copy_database(base.twin, databases.beside(base.url.database, name)))
            with transaction(engine, "test", "test") as session:
                add_region(session, str(REGION), "荆州", "Jingzhou", 4546)
                keys = BUILDERS[name](session)
            self._built[key] = Stage(engine, keys)
        return self._built[key]

    def drop(self) -> None:
        for stage in self._built.values():
            stage.engine.dispose()
            databases.drop_database(databases.named_url(), stage.engine.url.database)
