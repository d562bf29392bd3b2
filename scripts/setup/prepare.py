"""Bring the database to the state that this version of NetGrid expects: the steps that change nothing the second time.

``prepare.py CODE ZH EN FILE``: the region to add, and the file that receives the administrator's one-time password, where
one is made. The last line printed is ``filled`` or ``empty``: whether the region holds any structure. All in one process,
because starting Python anew for each command would take longer than the commands.
"""
import io
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

from click import ClickException
from flask.cli import ScriptInfo
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app import create_app
from app.core.database import make_engine
from app.core.errors import NetGridError
from app.core.settings import Settings, load_settings

HOLDS_PLANT = Path(__file__).with_name("holds_plant.sql")

ONE_TIME = "One-time password"


def list_commands(settings: Settings, code: str, zh: str, en: str) -> list[list[str]]:
    """The commands of ``flask`` that make a database ready, in order."""
    web, owner = (make_url(url).username for url in (settings.web_database_url, settings.database_url))
    return [
        ["database", "migrate"],
        ["jobs", "prepare"],
        *([["database", "grant", "--role", web]] if web != owner else []),
        ["catalogue", "load"],
        ["region", "add", code, "--zh", zh, "--en", en],
    ]


def prepare(code: str, zh: str, en: str, sign_in_file: Path) -> bool:
    """True where the region holds any structure, after all steps are done."""
    settings = load_settings()
    app = create_app()

    def run(command):
        app.cli.main(args=command, prog_name="flask", obj=ScriptInfo(create_app=lambda: app), standalone_mode=False)

    for command in list_commands(settings, code, zh, en):
        run(command)
    with redirect_stdout(io.StringIO()) as output:
        run(["access", "ensure-admin"])
    if ONE_TIME in output.getvalue():
        with open(sign_in_file, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(output.getvalue())
    with make_engine(settings.database_url).connect() as connection:
        return connection.execute(text(HOLDS_PLANT.read_text()), {"code": code}).scalar()


def main(arguments: list[str]) -> int:
    """The exit code, after ``filled`` or ``empty`` or one sentence that says what is wrong."""
    code, zh, en, sign_in_file = arguments
    try:
        print("filled" if prepare(code, zh, en, Path(sign_in_file)) else "empty")
    except NetGridError as error:
        print(error, file=sys.stderr)
        return 3
    except ClickException as error:
        error.show()
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
