"""Codes as they are compared."""

import unicodedata

# Marks of no width that spreadsheets and web pages leave at the ends of a code.
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"


def code_key(text: str) -> str:
    """A code as compared: NFKC, trimmed, upper case."""
    return plain_code(text).upper()


def plain_code(text: str) -> str:
    """A code as stored: NFKC, trimmed, in its own case."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text).strip().strip(_UNSEEN).strip()
