"""People of every role and area, and browsers and programs that come in for them without a form."""

from datetime import UTC, datetime

from app.access.commands import TokenWish, add_token, add_user
from app.access.rules import hash_password
from app.core.database import transaction
from tests.site import PASSWORD


def add_people(engine, people: dict[str, tuple[str, tuple[str, ...] | None]]) -> dict[str, int]:
    """Keys of new people by login, who are given as (role, places)."""
    keys, kept = {}, hash_password(PASSWORD)
    with transaction(engine, "test", "test") as session:
        for login, (role, places) in people.items():
            user = add_user(session, login, role, PASSWORD, places=places)[0]
            user.must_change_password, user.password_hash = False, kept
            keys[login] = user.id
    return keys


def come_in(site, user_id: int, language: str = "en"):
    """A browser of somebody who has signed in."""
    client = site.client(language)
    cookie = site.app.session_interface.get_signing_serializer(site.app).dumps({"_user_id": str(user_id), "session_no": 1})
    client.set_cookie(site.app.config["SESSION_COOKIE_NAME"], cookie)
    return client


def bring_token(site, engine, user_id: int, wish: TokenWish):
    """A program that comes with a new token."""
    with transaction(engine, "test", "test") as session:
        text = add_token(session, user_id, wish, datetime.now(UTC))[1]
    client = site.app.test_client(use_cookies=False)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {text}"
    return client
