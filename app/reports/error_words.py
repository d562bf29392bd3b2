"""What an error says, in Chinese or English."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask_babel import force_locale, gettext

from app.core.errors import NetGridError
from app.engineering.tables import read_table
from app.network.dictionary import word_label, words

LOCALES = {"zh": "zh_Hans", "en": "en"}


@dataclass(frozen=True)
class ErrorWord:
    """What an error says in Chinese, by its code; braces take what the error tells. In English it says it itself."""

    code: str
    zh: str
    next_zh: str


@cache
def error_words() -> dict[str, ErrorWord]:
    """The errors whose sentence holds something found, so that no catalogue of fixed sentences knows them."""
    return {row.code: row for row in read_table("error_words.csv", ErrorWord, Path(__file__).parent)}


def say_error(error: NetGridError, language: str) -> tuple[str, str | None]:
    """Message and next step in ``zh`` or ``en``."""
    word = error_words().get(error.code) if language == "zh" else None
    if word is None:
        with force_locale(LOCALES[language]):
            return gettext(error.message), gettext(error.next_step) if error.next_step else None
    found = error.say_found(language)
    # Who has nothing recorded is told by the use alone.
    found = word_label("use", found, language) if isinstance(found, str) and found in words()["use"] else found
    values = {"subject": error.subject or "", "found": found, "expected": error.expected}
    return word.zh.format(**values).strip(), word.next_zh.format(**values)


def tell_error(error: NetGridError, language: str) -> str:
    """An error as a page or a cell tells it: what is wrong, what was found, what to do."""
    message, next_step = say_error(error, language)
    if language == "en":
        parts = [str(part) for part in (error.subject, error.say_found("en")) if part and not isinstance(part, dict)]
        found = ", ".join(part for part in parts if part not in message)
        message = message[:1].upper() + message[1:] + (f" ({found})" if found else "")
        return "; ".join(filter(None, (message.rstrip("."), next_step)))
    return "；".join(filter(None, (message, next_step)))
