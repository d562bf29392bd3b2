"""The roof: puts the floors together into one application."""
from pathlib import Path

from apiflask import APIFlask

from app import api, cli, web
from app.access.provider import check_grants
from app.core.database import make_engine
from app.core.errors import SystemFault
from app.core.reading import make_reading_engine
from app.core.settings import Settings, load_settings
from app.web.turns import Turnstile

ROOT = Path(__file__).parent.parent
SHORTEST_KEY = 32
# A page never waits longer; starting parallel workers costs more than any tile saves, and so does clearing large memory for hashes
# whose size nobody can estimate.
WEB_OPTIONS = (
    "-c statement_timeout=15000 -c lock_timeout=5000 -c max_parallel_workers_per_gather=0 -c jit=off -c work_mem=4MB"
)
# What writes asks for a few rows by key, and planning it anew for each caller costs several times what it takes to answer.
WRITING_OPTIONS = WEB_OPTIONS + " -c plan_cache_mode=force_generic_plan"


def create_app(settings: Settings | None = None) -> APIFlask:
    """The web application.

    Raises
    ------
    SystemFault
        ``SECRET_KEY_WEAK`` where the key that signs sessions is short.
    """
    settings = settings or load_settings()
    check_secret_key(settings)
    check_grants(settings.provider)
    app = APIFlask(__name__, title="NetGrid", docs_path=None, json_errors=True, static_folder=None)
    app.extensions["netgrid.settings"] = settings
    url = settings.web_database_url
    app.extensions["netgrid.engine"] = make_engine(url, connect_args={"options": WRITING_OPTIONS})
    app.extensions["netgrid.reading_engine"] = make_reading_engine(url, connect_args={"options": WEB_OPTIONS})
    api.register(app)
    web.register(app)
    cli.register(app)
    app.wsgi_app = Turnstile(app.wsgi_app)
    return app


def check_secret_key(settings: Settings) -> None:
    """Refuse a key that could be guessed; commands run without one, and without one nobody can sign in.

    Raises
    ------
    SystemFault
        ``SECRET_KEY_WEAK``.
    """
    if settings.secret_key is not None and len(settings.secret_key) < SHORTEST_KEY:
        raise SystemFault(
            "SECRET_KEY_WEAK", f"SECRET_KEY is shorter than {SHORTEST_KEY} characters",
            next_step="start with scripts/run, which makes one, or set SECRET_KEY to random characters",
        )
