"""Any JWT library makes links that hold, and reads those that Bookonce makes."""

import base64
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import OctKey

from services.actions.signatures import Signer
from tests.services.actions.forging import BOOKING, CLAIMS, KEY, SECRET, flaw, read

JSONWEBTOKEN = "jsonwebtoken@9.0.3"
SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
FULL: dict[str, Any] = CLAIMS | {
    "exp": 4_000_000_000,
    "nbf": 1_700_000_000,
    "iat": 1_700_000_000,
    "jti": "mail-4711",
    "redirect": "https://example.com/ä?b=c",
}
OURS = Signer(SECRET).sign(FULL)
MAKE = """console.log(require('jsonwebtoken').sign(
    JSON.parse(process.argv[1]), process.argv[2], {noTimestamp: %s}))"""
READ = """console.log(JSON.stringify(require('jsonwebtoken').verify(
    process.argv[1], process.argv[2], {algorithms: ['HS256'], clockTimestamp: 1800000000})))"""


@pytest.fixture(scope="session")
def jsonwebtoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Node's jsonwebtoken."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("Node.js is not installed")
    folder = tmp_path_factory.mktemp("node")
    install = ("npm", "install", "--prefix", ".", "--no-audit", "--no-fund", "--ignore-scripts", JSONWEBTOKEN)
    # Node brings a list of authorities of its own; the machine's may know more.
    trust = {"NODE_EXTRA_CA_CERTS": SYSTEM_CERTIFICATES} | dict(os.environ)
    subprocess.run(install, cwd=folder, check=True, capture_output=True, env=trust)
    return folder


def node(folder: Path, script: str, *arguments: str) -> str:
    """What the script prints."""
    run = subprocess.run(
        ["node", "-e", script, "--", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return run.stdout.strip()


def by_hand(claims: dict[str, Any]) -> str:
    """As RFC 7515 says it, with nothing but hmac and base64."""

    def text(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    signed = text(b'{"alg":"HS256","typ":"JWT"}') + "." + text(json.dumps(claims).encode())
    return signed + "." + text(hmac.new(KEY.encode(), signed.encode(), hashlib.sha256).digest())


@pytest.mark.parametrize("claims", [CLAIMS, FULL], ids=["least", "most"])
def test_pyjwt_makes_them(claims: dict[str, Any]) -> None:
    assert read(jwt.encode(claims, KEY, algorithm="HS256")).nonce == claims.get("jti", "")
    named = jwt.encode(claims, KEY, algorithm="HS256", headers={"kid": SECRET.kid})
    assert read(named).redirect == claims.get("redirect")


def test_pyjwt_reads_ours() -> None:
    assert jwt.decode(OURS, KEY, algorithms=["HS256"]) == FULL


@pytest.mark.parametrize("claims", [CLAIMS, FULL], ids=["least", "most"])
def test_joserfc_makes_them(claims: dict[str, Any]) -> None:
    made = joserfc_jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(KEY))
    assert read(made).nonce == claims.get("jti", "")


def test_joserfc_reads_ours() -> None:
    assert joserfc_jwt.decode(OURS, OctKey.import_key(KEY), algorithms=["HS256"]).claims == FULL


@pytest.mark.parametrize("claims", [CLAIMS, FULL], ids=["least", "most"])
@pytest.mark.parametrize("without_time", ["true", "false"])
def test_nodes_jsonwebtoken_makes_them(jsonwebtoken: Path, claims: dict[str, Any], without_time: str) -> None:
    made = node(jsonwebtoken, MAKE % without_time, json.dumps(claims), KEY)
    assert read(made, now=time.time()).nonce == claims.get("jti", "")


def test_nodes_jsonwebtoken_reads_ours(jsonwebtoken: Path) -> None:
    assert json.loads(node(jsonwebtoken, READ, OURS, KEY)) == FULL


@pytest.mark.parametrize("claims", [CLAIMS, FULL], ids=["least", "most"])
def test_so_does_anybody_by_hand(claims: dict[str, Any]) -> None:
    assert read(by_hand(claims)).nonce == claims.get("jti", "")


def test_anybody_reads_ours_by_hand() -> None:
    signed, _, signature = OURS.rpartition(".")
    digest = hmac.new(KEY.encode(), signed.encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "=") == digest
    payload = signed.partition(".")[2]
    assert json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))) == FULL


def test_each_would_be_refused_with_another_secret(jsonwebtoken: Path) -> None:
    other = KEY[::-1]
    made = [
        jwt.encode(CLAIMS, other, algorithm="HS256"),
        joserfc_jwt.encode({"alg": "HS256"}, CLAIMS, OctKey.import_key(other)),
        node(jsonwebtoken, MAKE % "true", json.dumps(CLAIMS), other),
    ]
    assert {flaw(one, BOOKING).step for one in made} == {"signature"}
