"""An OpenID provider for tests: real addresses, real signatures, and lies where a test wants them.

It logs everybody in at once as `claims` say; what a token says otherwise stands in `lies`.
"""

from __future__ import annotations

import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.servers import free_port, wait_until

CLIENT, SECRET = "triage-tests", "a-secret-of-these-tests"
LASTS = 300  # s of a token


@dataclass
class Provider:
    """What the provider says, and whom it has sent where."""

    port: int = field(default_factory=free_port)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    claims: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)  # of the token
    told_later: dict[str, Any] = field(default_factory=dict)  # by userinfo only
    signed_with: RSAKey | OctKey | None = None
    answer: dict[str, str] = field(default_factory=dict)  # of the redirect, in place of the truth
    asked: dict[str, dict[str, str]] = field(default_factory=dict)  # by code
    redeemed: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def tells(self, **claims: Any) -> None:
        """Tell the truth about somebody from now on."""
        self.claims, self.lies, self.answer, self.told_later = claims, {}, {}, {}
        self.signed_with = None

    def discovery(self) -> dict[str, Any]:
        places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        found = {f"{name}_endpoint": f"{self.issuer}/{it}" for name, it in places.items()}
        return found | {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks"}

    def authorize(self, request: Request) -> Response:
        """Send the browser back at once; it stays logged in here."""
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe()
        self.asked[code] = asked
        said = {"code": code, "state": asked["state"], "iss": self.issuer} | self.answer
        query = "&".join(f"{name}={value}" for name, value in said.items() if value)
        return RedirectResponse(f"{asked['redirect_uri']}?{query}", 303)

    async def token(self, request: Request) -> Response:
        """Exchange a code, once, for who proves to have asked for it."""
        form = dict(await request.form())
        asked = self.asked.pop(str(form["code"]), None)
        if asked is None or not self._proved(request, asked, str(form["code_verifier"])):
            return JSONResponse({"error": "invalid_grant"}, 400)
        assert form["redirect_uri"] == asked["redirect_uri"]
        self.redeemed.append(str(form["code"]))
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + LASTS}
        said |= {"nonce": asked["nonce"]} | self.claims | self.lies
        told = {name: value for name, value in said.items() if value is not None}
        key = self.signed_with or self.key
        algorithm = "RS256" if isinstance(key, RSAKey) else "HS256"
        signed = jwt.encode({"alg": algorithm, "kid": "k1"}, told, key, algorithms=[algorithm])
        return JSONResponse({"access_token": "at", "token_type": "Bearer", "id_token": signed})

    def userinfo(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer at"
        return JSONResponse(self.claims | self.told_later)

    def app(self) -> FastAPI:
        app = FastAPI()
        app.add_api_route("/.well-known/openid-configuration", self.discovery)
        app.add_api_route("/jwks", lambda: {"keys": [self.key.as_dict(private=False)]})
        app.add_api_route("/authorize", self.authorize, response_model=None)
        app.add_api_route("/token", self.token, methods=["POST"], response_model=None)
        app.add_api_route("/userinfo", self.userinfo, response_model=None)
        return app

    def _proved(self, request: Request, asked: dict[str, str], verifier: str) -> bool:
        digest = sha256(verifier.encode()).digest()
        challenge = urlsafe_b64encode(digest).decode().rstrip("=")
        known = request.headers.get("authorization", "").startswith("Basic ")
        return known and challenge == asked["code_challenge"]


@contextmanager
def a_provider() -> Iterator[Provider]:
    """A provider that answers until the block ends."""
    made = Provider()
    config = uvicorn.Config(made.app(), port=made.port, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started, "the provider")
        yield made
    finally:
        server.should_exit = True
        thread.join()
