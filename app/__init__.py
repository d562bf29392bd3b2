"""The roof: puts the floors together into one application."""
from pathlib import Path

from apiflask import APIFlask

from app import cli
from app.core.database import make_engine
from app.core.errors import SystemFault
from app.core.settings import Settings, load_settings

ROOT = Path(__file__).parent.parent


def create_app(settings: Settings | None = None) -> APIFlask:
    """The web application.

    Raises
    ------
    SystemFault
        ``SECRET_KEY_WEAK`` where the key that signs sessions is missing or short.
    """
    settings = settings or load_settings()
    app = APIFlask(__name__, title="NetGrid", docs_path=None, json_errors=True)
    app.extensions["netgrid.settings"] = settings
    app.extensions["netgrid.engine"] = make_engine(settings.web_database_url)
    cli.register(app)
    return app


def check_secret_key(settings: Settings) -> None:
    """Refuse to serve with a key that could be guessed."""
    if len(settings.secret_key or "") < 32:
        raise SystemFault(
            "SECRET_KEY_WEAK", "SECRET_KEY is missing or shorter than 32 characters",
            next_step="start with scripts/run, which makes one, or set SECRET_KEY to 32 random characters or more",
        )
