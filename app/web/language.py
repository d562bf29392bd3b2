"""Chinese or English: the session's choice, else the browser's."""

from __future__ import annotations

from flask import has_request_context, request, session
from flask_babel import Babel, format_datetime, get_locale

from app.access.permissions import may
from app.network.dictionary import word_label

LANGUAGES = {"zh": "zh_Hans", "en": "en"}
TIME_ZONE = "Asia/Shanghai"


def install(app) -> None:
    """Set up the translations; catalogues lie in app/translations."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    app.config["BABEL_DEFAULT_TIMEZONE"] = TIME_ZONE
    Babel(app, locale_selector=select_locale, default_locale="zh_Hans", default_timezone=TIME_ZONE)
    app.jinja_env.globals.update(page_language=page_language, may=may, when=when)
    app.jinja_env.globals["word"] = lambda name, value: word_label(name, value, page_language())


def select_locale() -> str:
    """The locale of the request: zh, zh-CN, zh-SG and zh-Hans all mean simplified Chinese."""
    if not has_request_context():
        return LANGUAGES["zh"]
    chosen = session.get("language")
    return LANGUAGES.get(chosen) or LANGUAGES[prefer(request.accept_languages.values())]


def prefer(tags) -> str:
    """The first language of the browser's list that NetGrid speaks; Chinese when there is none."""
    for tag in tags:
        primary = tag.replace("_", "-").split("-")[0].lower()
        if primary in LANGUAGES:
            return primary
    return "zh"


def page_language() -> str:
    """``zh`` or ``en``: which of two labels the page shows."""
    return "en" if str(get_locale()).startswith("en") else "zh"


def when(at) -> str:
    """An instant on the wall clock of the site."""
    return format_datetime(at, "yyyy-MM-dd HH:mm")
