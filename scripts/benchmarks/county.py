"""The demo county in a database of a measurement, and the site over it with somebody signed in."""
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import create_app
from app.access.commands import add_user
from app.core.settings import Settings
from app.survey.importing import import_surveys
from scripts.benchmarks.scratch import REGION, ROOT


def make_county(scale: str, folder: str | Path) -> None:
    """Write the county's survey files."""
    command = [sys.executable, str(ROOT / "scripts" / "make_demo_county.py"), "--scale", scale, str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def load_county(engine, scale: str) -> None:
    """Make the county and import it."""
    with tempfile.TemporaryDirectory() as folder:
        make_county(scale, folder)
        report = import_surveys(engine, [Path(folder)], str(REGION), actor="bench")
    if not report.changed:
        raise SystemExit(f"the county did not load: {report.totals}")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


@contextmanager
def open_site(engine):
    """The site over a database; its connections are closed on leaving."""
    app = create_app(Settings(str(engine.url), str(engine.url), "0123456789abcdef" * 4, str(REGION), Path(), False))
    try:
        yield app
    finally:
        for name in ("netgrid.engine", "netgrid.reading_engine"):
            app.extensions[name].dispose()


def sign_in(engine, app) -> dict[str, str]:
    """The headers of somebody who has signed in."""
    with Session(engine) as session, session.begin():
        user = add_user(session, "bench", "viewer")[0]
        user.must_change_password = False
        session.flush()
        keys = {"_user_id": str(user.id), "session_no": user.session_no}
    cookie = app.session_interface.get_signing_serializer(app).dumps(keys)
    return {"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={cookie}", "Accept-Encoding": "gzip", "Accept-Language": "zh-CN"}
