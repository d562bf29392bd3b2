"""Signing in at an OpenID Connect provider: what its tokens must be, and whom they let in."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from app.access.areas import read_place
from app.access.commands import add_user, check_role
from app.access.models import AppUser
from app.access.queries import find_user
from app.access.rules import build_password, hash_password
from app.core.errors import AccessError, InputError, SystemFault
from app.core.settings import Provider

NAME = "provider"
SCOPE = "openid email profile"
TIMEOUT_S = 10
LEEWAY_S = 60
# What a key that the provider tells everybody can prove.
SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LOGIN_MAX = 200


def check_grants(provider: Provider | None) -> None:
    """Refuse settings that give groups what there is not.

    Raises
    ------
    SystemFault
        ``OIDC_BAD``.
    """
    for group, role, place in provider.grants if provider else ():
        try:
            check_role(role)
            if place:
                read_place(place)
        except InputError as error:
            raise SystemFault("OIDC_BAD", f"what group {group} gets is not known", found=error.found, expected=error.expected) from error


def get_client(app: Flask):
    """The library's client of the provider, made when somebody first signs in there; None where the operator named no provider."""
    provider = app.extensions["netgrid.settings"].provider
    if provider is None:
        return None
    if "netgrid.provider" not in app.extensions:
        # The library is not loaded where nobody asks for it.
        from authlib.integrations.flask_client import OAuth

        found = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
        app.extensions["netgrid.provider"] = OAuth(app).register(
            NAME, client_id=provider.client_id, client_secret=provider.client_secret, server_metadata_url=found,
            client_kwargs={"scope": SCOPE, "code_challenge_method": "S256", "default_timeout": TIMEOUT_S},
        )  # fmt: skip
    return app.extensions["netgrid.provider"]


def ask_claims(client, provider: Provider) -> dict:
    """What the provider says of who comes back from it: signed by its keys, for us, from it, now, and for this very sign-in.

    Raises
    ------
    AccessError
        ``PROVIDER_REFUSED`` where any of it is not so.
    """
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    try:
        known = client.load_server_metadata()
        told = known.get("id_token_signing_alg_values_supported") or SIGNED[:1]
        known["id_token_signing_alg_values_supported"] = [name for name in told if name in SIGNED]
        options = {
            "iss": {"essential": True, "value": provider.issuer}, "aud": {"essential": True, "value": provider.client_id},
            "sub": {"essential": True},
        }  # fmt: skip
        answer = client.authorize_access_token(claims_options=options, leeway=LEEWAY_S)
        claims = answer.get("userinfo")
    except (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise AccessError("PROVIDER_REFUSED", "Signing in there did not succeed.", found=type(error).__name__) from error
    if not claims:
        raise AccessError("PROVIDER_REFUSED", "Signing in there did not succeed.", found="no ID token")
    return dict(claims)


def sign_in_by_claims(session: Session, provider: Provider, claims: dict, now: datetime) -> AppUser:
    """The user whom claims name; one whom the list does not know is added where a group of theirs has a role.

    Raises
    ------
    AccessError
        ``EMAIL_UNPROVED``; ``USER_NOT_LISTED`` where the list does not know them, or they are switched off.
    """
    login = claims.get(provider.claim)
    if provider.claim == "email" and claims.get("email_verified") is not True:
        raise AccessError("EMAIL_UNPROVED", "The provider has not proved your e-mail address.", found=login)
    if not isinstance(login, str) or not 0 < len(login.strip()) <= LOGIN_MAX:
        raise AccessError("USER_NOT_LISTED", "You are not on the list of people.", found=None)
    user = find_user(session, login) or _add(session, provider, login, claims)
    if user is None or not user.is_active:
        raise AccessError("USER_NOT_LISTED", "You are not on the list of people.", found=login)
    if user.must_change_password:
        # Whoever comes by the provider needs no password here, and the one-time one must not be left open.
        user.password_hash, user.must_change_password = hash_password(build_password()), False
    user.last_login_at = now
    session.flush()
    return user


def _add(session: Session, provider: Provider, login: str, claims: dict) -> AppUser | None:
    """A new user with the role of the first group that has one; None where none has."""
    told = claims.get(provider.group_claim)
    groups = {told} if isinstance(told, str) else set(map(str, told)) if isinstance(told, list) else set()
    for group, role, place in provider.grants:
        if group in groups:
            name = claims.get("name")
            return add_user(session, login, role, None, name if isinstance(name, str) else None, [place] if place else None)[0]
    return None
