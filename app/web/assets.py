"""Files that pages load: our own, and an allow-listed few of the packages in the lock file. Nothing from elsewhere."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from flask import abort, send_from_directory, url_for
from markupsafe import Markup

ROOT = Path(__file__).parents[2]
OWN = Path(__file__).parent / "static"
PACKAGES = ROOT / "node_modules"
ICONS = PACKAGES / "@tabler" / "icons" / "icons"
ALLOWED_PREFIXES = (
    "@tabler/core/dist/css/",
    "@tabler/core/dist/js/",
    "@geoman-io/leaflet-geoman-free/dist/",
    "leaflet/dist/",
    "leaflet.fullscreen/",
    "leaflet.vectorgrid/dist/",
    "maplibre-gl/dist/",
    "swagger-ui-dist/swagger-ui",
    "@maplibre/maplibre-gl-leaflet/",
)
ALLOWED_SUFFIXES = (".css", ".js", ".png", ".svg", ".woff2")
A_YEAR_S = 365 * 24 * 3600


def install(app) -> None:
    """Make `own`, `package` and `icon` known to the templates."""
    app.jinja_env.globals.update(own=own_url, package=package_url, icon=icon)


@functools.cache
def own_digest() -> str:
    """Changes with any of our own files, so that they may be kept for a year."""
    state = hashlib.blake2b(digest_size=6)
    for path in sorted(path for path in OWN.rglob("*") if path.is_file()):
        state.update(path.relative_to(OWN).as_posix().encode() + path.read_bytes())
    return state.hexdigest()


@functools.cache
def package_digest() -> str:
    """Changes with the lock file."""
    return hashlib.blake2b((ROOT / "package-lock.json").read_bytes(), digest_size=6).hexdigest()


def own_url(name: str) -> str:
    """The address of one of our own files."""
    return url_for("web.own_file", digest=own_digest(), name=name)


def package_url(name: str) -> str:
    """The address of a package's file."""
    return url_for("web.package_file", digest=package_digest(), name=name)


def send_own(digest: str, name: str):
    """One of our own files."""
    return send_kept(OWN, name, digest == own_digest())


def send_package(digest: str, name: str):
    """A package's file, when it is on the list."""
    if not (name.startswith(ALLOWED_PREFIXES) and name.endswith(ALLOWED_SUFFIXES)) or ".." in name:
        abort(404)
    return send_kept(PACKAGES, name, digest == package_digest())


def send_kept(folder: Path, name: str, is_current: bool):
    """The file; kept by the browser for a year when its address carries the current digest."""
    answer = send_from_directory(folder, name, max_age=A_YEAR_S if is_current else 0)
    if is_current:
        answer.cache_control.immutable = True
    return answer


@functools.cache
def icon(name: str, kind: str = "outline") -> Markup:
    """A Tabler icon as inline SVG."""
    text = (ICONS / kind / f"{name}.svg").read_text(encoding="utf-8")
    start = text.index("<svg")
    return Markup(text[start:].replace("<svg", '<svg aria-hidden="true" focusable="false"', 1))  # noqa: S704 - a file of our packages
