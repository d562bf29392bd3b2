"""What a password must be, and when signing in has to wait. Pure: no session, no clock."""

from __future__ import annotations

import hashlib
import secrets
import threading
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.core.errors import InputError

ROLES = (
    "administrator", "desk", "viewer", "front_office", "resource_centre", "planner", "manager", "field", "maintenance", "auditor",
)  # fmt: skip
SCOPES = ("read", "write")
PASSWORD_LENGTH_MIN = 8
PASSWORD_LENGTH_MAX = 256
COMMON_PASSWORDS = frozenset(
    (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").split()
)
# OWASP's argon2id profile for small servers: 19 MiB, two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# A handful of sign-ins at once must not take the memory of a small server.
HASH_SLOTS = threading.BoundedSemaphore(2)
# Compared when the login is unknown, so that the answer takes as long as for a known one.
NOBODY_HASH = HASHER.hash(secrets.token_urlsafe(16))


@dataclass(frozen=True)
class LoginLimit:
    """How many failed sign-ins are borne within how many seconds, for one login and for one address."""

    window_s: int = 900
    per_login: int = 5
    per_address: int = 40


LIMIT = LoginLimit()


def build_login_key(login: str) -> str:
    """The login as it is compared: full-width and half-width, upper and lower case are the same."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def build_password() -> str:
    """A random password of about 95 bits, shown once."""
    return secrets.token_urlsafe(12)


def build_token() -> str:
    """A random token of 256 bits, shown once; its beginning says what it is to whoever finds it."""
    return f"netgrid_{secrets.token_urlsafe(32)}"


def hash_token(token: str) -> bytes:
    """What is kept of a token: so much chance needs no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def hash_password(password: str) -> str:
    """The argon2id hash of a password."""
    with HASH_SLOTS:
        return HASHER.hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether the password fits the hash; takes the same time when there is no hash."""
    with HASH_SLOTS:
        try:
            return HASHER.verify(password_hash or NOBODY_HASH, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def check_password(login: str, password: str) -> None:
    """Refuse a password that is too short, too common or the login itself.

    Raises
    ------
    InputError
        ``PASSWORD_SHORT``, ``PASSWORD_LONG`` or ``PASSWORD_COMMON``.
    """
    if len(password) < PASSWORD_LENGTH_MIN:
        raise InputError(
            "PASSWORD_SHORT", "The password is too short.", found=f"{len(password)} characters",
            expected=f"at least {PASSWORD_LENGTH_MIN} characters", next_step="Choose a longer one.",
        )
    if len(password) > PASSWORD_LENGTH_MAX:
        raise InputError(
            "PASSWORD_LONG", "The password is too long.", expected=f"at most {PASSWORD_LENGTH_MAX} characters",
            next_step="Choose a shorter one.",
        )
    plain = build_login_key(password)
    if plain in COMMON_PASSWORDS or plain == build_login_key(login) or len(set(plain)) < 3:
        raise InputError("PASSWORD_COMMON", "The password is easy to guess.", next_step="Choose another one.")


def wait_before_login(failures_of_login: int, failures_of_address: int, limit: LoginLimit = LIMIT) -> int:
    """Seconds to wait before the next sign-in is looked at; 0 when it may go on."""
    too_many = failures_of_login >= limit.per_login or failures_of_address >= limit.per_address
    return limit.window_s if too_many else 0
