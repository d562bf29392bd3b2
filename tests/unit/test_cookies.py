"""A session cookie is believed while it is ours and fresh."""

from datetime import timedelta

import pytest
from flask import Flask

from app.access import cookies as module
from app.access.cookies import REMEMBERED_MAX, Cookies


@pytest.fixture
def app():
    app = Flask(__name__)
    app.config.update(SECRET_KEY="0123456789abcdef" * 4, SESSION_COOKIE_NAME="netgrid", PERMANENT_SESSION_LIFETIME=timedelta(hours=1))
    return app


def sign(app, held) -> str:
    return app.session_interface.get_signing_serializer(app).dumps(held)


def test_what_was_signed_is_read_again_and_again(app):
    cookies = Cookies(app)
    header = f"language=en; netgrid={sign(app, {'_user_id': '7'})}"
    assert [cookies.read(header)["_user_id"] for _ in range(2)] == ["7", "7"]


@pytest.mark.parametrize("header", [None, "", "netgrid=", "netgrid=a.b.c", "a=b"])
def test_other_cookies_say_nothing(app, header):
    assert Cookies(app).read(header) is None


def test_a_changed_letter_is_noticed(app):
    value = sign(app, {"_user_id": "7"})
    assert Cookies(app).read(f"netgrid={'f' if value[0] != 'f' else 'g'}{value[1:]}") is None


def test_another_key_proves_nothing(app):
    header = f"netgrid={sign(app, {'_user_id': '7'})}"
    app.config["SECRET_KEY"] = "f" * 64
    assert Cookies(app).read(header) is None


def test_a_remembered_cookie_runs_out(app, monkeypatch):
    cookies = Cookies(app)
    header = f"netgrid={sign(app, {'_user_id': '7'})}"
    assert cookies.read(header)
    now = module.time.time()
    monkeypatch.setattr(module.time, "time", lambda: now + 3601)
    assert cookies.read(header) is None
    assert Cookies(app).read(header) is None


def test_without_a_key_nobody_is_believed(app):
    app.config["SECRET_KEY"] = None
    assert Cookies(app).read("netgrid=a.b.c") is None


def test_only_so_many_are_remembered(app):
    cookies = Cookies(app)
    value = sign(app, {"_user_id": "7"})
    for number in range(REMEMBERED_MAX + 5):
        assert cookies.read(f"n={number}; netgrid={value}")
    assert len(cookies._proved) <= REMEMBERED_MAX
