"""A small OpenID Connect provider over HTTP, made of the library's server parts: it signs everybody in at once, as whom it is told."""

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfo
from flask import Flask, jsonify
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "netgrid", "a secret between the two"


class Client(ClientMixin):
    """NetGrid, as the provider knows it."""

    token_endpoint_auth_method = "client_secret_basic"  # noqa: S105 - the name of a way, no secret

    def get_client_id(self):
        return CLIENT

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri.endswith("/login/provider/back")

    def check_client_secret(self, client_secret):
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method, endpoint):
        return method == self.token_endpoint_auth_method

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):
    """A code that was given out, and for what."""

    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return int(time.time())

    def get_acr(self):
        return None

    def get_amr(self):
        return None


@dataclass
class Provider:
    """``user`` are the claims of who signs in next; ``spoiled`` are claims that its tokens tell instead of the right ones."""

    issuer: str = ""
    user: dict = field(default_factory=dict)
    spoiled: dict = field(default_factory=dict)
    foreign_key: bool = False
    codes: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    other: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))


def build_grant(provider: Provider) -> type:
    """How codes are given out and kept."""

    class CodeGrant(grants.AuthorizationCodeGrant):
        def save_authorization_code(self, code, request):
            asked = request.payload.data
            provider.asked.append(dict(asked))
            provider.codes[code] = Code(
                asked["redirect_uri"], asked["scope"], asked.get("nonce"), asked.get("code_challenge"), asked.get("code_challenge_method")
            )

        def query_authorization_code(self, code, client):
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code):
            provider.codes = {code: one for code, one in provider.codes.items() if one is not authorization_code}

        def authenticate_user(self, authorization_code):
            return provider.user

    return CodeGrant


def build_tokens(provider: Provider) -> OpenIDCode:
    """What its tokens tell, and what signs them."""

    class Tokens(OpenIDCode):
        def exists_nonce(self, nonce, request):
            return any(one.nonce == nonce for one in provider.codes.values())

        def resolve_client_private_key(self, client):
            return provider.key

        def get_client_claims(self, client):
            return {"iss": provider.issuer, "aud": [CLIENT]}

        def generate_user_info(self, user, scope):
            return UserInfo(**user)

        def encode_id_token(self, token, request):
            told = jwt.decode(super().encode_id_token(token, request), provider.key).claims
            key = provider.other if provider.foreign_key else provider.key
            return jwt.encode({"alg": "RS256", "kid": provider.key.kid}, {**told, **provider.spoiled}, key)

    return Tokens(require_nonce=True)


def build_application(provider: Provider) -> Flask:
    """The provider's own site."""
    app = Flask("provider")
    server = AuthorizationServer(app, query_client=lambda key: Client() if key == CLIENT else None, save_token=lambda token, request: None)
    server.register_grant(build_grant(provider), [CodeChallenge(required=True), build_tokens(provider)])

    @app.get("/.well-known/openid-configuration")
    def discovery():
        at = provider.issuer
        return jsonify(
            issuer=at, authorization_endpoint=f"{at}/authorize", token_endpoint=f"{at}/token", jwks_uri=f"{at}/keys",
            response_types_supported=["code"], subject_types_supported=["public"], id_token_signing_alg_values_supported=["RS256"],
            code_challenge_methods_supported=["S256"],
        )  # fmt: skip

    @app.get("/authorize")
    def authorize():
        return server.create_authorization_response(grant_user=provider.user, grant=server.get_consent_grant(end_user=provider.user))

    @app.post("/token")
    def token():
        return server.create_token_response()

    @app.get("/keys")
    def keys():
        return jsonify(KeySet([provider.key]).as_dict(private=False))

    return app


@contextmanager
def provided():
    """A provider that answers on this machine as long as this lasts."""
    provider = Provider()
    server = make_server("127.0.0.1", 0, build_application(provider), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
