"""Settings come from the environment alone; what is missing or wrong is named, and no value repeated."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import NODEFAULT, Struct
from msgspec.structs import fields

from deploy.mailbox.settings import Settings as Mailbox
from deploy.sandbox_payments.settings import Settings as SandboxPayments
from gateway.settings import Settings as Gateway
from services.actions.settings import Settings as Actions
from services.booking.settings import SandboxSettings, StripeSettings
from services.booking.settings import Settings as Booking
from services.tokens.settings import Settings as Tokens
from services.workflows.settings import Settings as Workflows
from shared.environment import Unusable, load, table
from tests.shared.settings import COMPLETE, KEY

ROOT = Path(__file__).parent.parent.parent
SETTINGS = {
    "services.tokens": Tokens,
    "deploy.sandbox_payments": SandboxPayments,
    "deploy.mailbox": Mailbox,
    "services.booking": Booking,
    "services.actions": Actions,
    "services.workflows": Workflows,
    "gateway": Gateway,
}
WITH_PROVIDERS = {**SETTINGS, "the sandbox": SandboxSettings, "Stripe": StripeSettings}
each = pytest.mark.parametrize(("module", "settings"), SETTINGS.items(), ids=SETTINGS)
each_and_providers = pytest.mark.parametrize(
    ("module", "settings"), WITH_PROVIDERS.items(), ids=WITH_PROVIDERS
)
SECRET = "Zm9yYmlkZGVu"
WRONG = {
    "DATABASE_URL": ("", "mysql://a:Zm9yYmlkZGVu@h/d", "Zm9yYmlkZGVu", "postgresql:// Zm9yYmlkZGVu"),
    "CALLER_KEYS": ("", "gateway", "gateway:Zm9yYmlkZGVu", f"{KEY}", f"gateway:{KEY},", f"gate way:{KEY}"),
    "SERVICE_KEY": ("", "Zm9yYmlkZGVu", f"{KEY}A", f"{KEY[:-1]}!", f" {KEY}"),
    "LINK_KEYRING": (
        "",
        "Zm9yYmlkZGVu",
        f"0:{KEY}",
        f"x:{KEY}",
        "1:Zm9yYmlkZGVu",
        f"1:{KEY},",
        f"1:{KEY};2:{KEY}",
    ),
    "STATUS_KEYRING": ("", "1:Zm9yYmlkZGVu"),
    "API_KEY_KEYRING": ("", "1:Zm9yYmlkZGVu"),
    "ACTION_LINK_KEYRING": ("", "1:Zm9yYmlkZGVu"),
    "SIGN_IN_KEYRING": ("", "1:Zm9yYmlkZGVu"),
    "SESSION_KEYRING": ("", "1:Zm9yYmlkZGVu"),
    "TOKENS_URL": ("", "tokens:8081", "http://", "http://tokens/", "ftp://tokens"),
    "BOOKING_URL": ("", "booking"),
    "ACTIONS_URL": ("", "actions"),
    "WORKFLOWS_URL": ("", "workflows"),
    "VAULT_KEYRING": ("", "1:Zm9yYmlkZGVu"),
    "UNSUBSCRIBE_KEYRING": ("", "1:Zm9yYmlkZGVu"),
    "DIRECT_DATABASE_URL": ("mysql://a:Zm9yYmlkZGVu@h/d", "Zm9yYmlkZGVu"),
    "SMTP_HOST": ("", "mail server"),
    "SMTP_PORT": ("", "0", "65536", "smtp"),
    "SMTP_SECURITY": ("", "ssl"),
    "SMTP_USERNAME": ("a\nb",),
    "SMTP_PASSWORD": ("Zm9yYmlkZGVu\r\n",),
    "MAIL_FROM": ("", "Bookonce", "a@b\nBcc: c@d"),
    "WEBHOOK_PRIVATE_ADDRESSES": ("", "yes"),
    "HUBSPOT_URL": ("", "hubspot"),
    "SALESFORCE_LOGIN_URL": ("", "salesforce"),
    "PUBLIC_URL": ("", "bookonce.example", "https://bookonce.example/"),
    "PAYMENT_PROVIDER": ("", "Sandbox", "paypal"),
    "SANDBOX_URL": ("", "sandbox"),
    "SANDBOX_SECRET": ("", "Zm9yYmlkZGVu", f"{KEY} {KEY}"),
    "SANDBOX_RECORDS": ("", " records"),
    "MAILBOX_RECORDS": ("", " records"),
    "SMTP_LISTEN": ("", "8087", "127.0.0.1"),
    "WEBHOOK_URL": ("", "bookonce.example/webhooks", "https://bookonce.example"),
    "STRIPE_KEY": ("", "Zm9yYmlkZGVu", "pk_test_Zm9yYmlkZGVu", "sk_Zm9yYmlkZGVu"),
    "STRIPE_WEBHOOK_SECRETS": ("", "Zm9yYmlkZGVu", "whsec_Zm9yYmlkZGVu,", "whsec_a whsec_b"),
    "STRIPE_URL": ("", "stripe"),
    "LISTEN": ("", "8080", "127.0.0.1", ":8080", "127.0.0.1:65536", "127.0.0.1:99999", "a b:80", "::1:80"),
    "LOG_LEVEL": ("", "loud"),
    "DATABASE_POOL_SIZE": ("", "0", "many", "501", "1.5"),
    "DATABASE_STATEMENT_CACHE": ("", "-1"),
    "RATE_LIMITS": ("", "true", "ON"),
    "TRUSTED_PROXIES": ("proxy.example", "10.0.0.0/8;10.1.0.0/16"),
    "MOST_REQUESTS": ("", "0"),
}


@each_and_providers
def test_a_complete_environment_is_read(module: str, settings: type[Struct]) -> None:
    read = load(settings, COMPLETE)
    for field in fields(settings):
        variable = field.name.upper()
        assert getattr(read, field.name) == COMPLETE.get(variable, field.default)


@each_and_providers
def test_every_missing_variable_is_named_at_once(module: str, settings: type[Struct]) -> None:
    required = {field.name.upper() for field in fields(settings) if field.default is NODEFAULT}
    with pytest.raises(Unusable) as refused:
        load(settings, {})
    lines = str(refused.value).splitlines()
    assert {line.partition(" ")[0] for line in lines} == required
    assert all(": " in line and line.partition(": ")[2] for line in lines)


@each_and_providers
def test_every_wrong_variable_is_named_and_its_value_never_repeated(
    module: str, settings: type[Struct]
) -> None:
    for field in fields(settings):
        variable = field.name.upper()
        for value in WRONG[variable]:
            with pytest.raises(Unusable) as refused:
                load(settings, {**COMPLETE, variable: value})
            assert str(refused.value).startswith(f"{variable} is wrong: expected "), (variable, value)
            assert SECRET not in str(refused.value)
            assert KEY[:-1] not in str(refused.value)


def test_what_a_piece_is_not_asked_to_read_may_be_anything() -> None:
    assert load(Tokens, {**COMPLETE, "PUBLIC_URL": "nonsense", "FAULTS": "", "listen": "nonsense"})


@each_and_providers
def test_a_secret_has_no_default(module: str, settings: type[Struct]) -> None:
    for field in fields(settings):
        if field.name.endswith(("_key", "_keys", "_keyring", "_secret", "_secrets")):
            assert field.default is NODEFAULT, field.name


@each_and_providers
def test_the_table_has_a_row_with_a_meaning_for_each_variable(module: str, settings: type[Struct]) -> None:
    _, _, *rows = table(settings).splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [cell[0] for cell in cells] == [f"`{field.name.upper()}`" for field in fields(settings)]
    assert all(len(cell) == 3 and all(cell) for cell in cells)


def _serve(module: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, "serve"],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@each
def test_a_piece_without_its_variables_says_so_and_ends(module: str, settings: type[Struct]) -> None:
    refused = _serve(module, {})
    assert refused.returncode == 2
    assert refused.stderr.startswith("cannot start:\n")
    assert "Traceback" not in refused.stderr
    assert all(
        field.name.upper() in refused.stderr for field in fields(settings) if field.default is NODEFAULT
    )


@pytest.mark.parametrize(
    ("module", "changed"),
    [
        ("services.tokens", {"LINK_KEYRING": f"1:{KEY},1:{KEY}"}),
        ("services.tokens", {"LINK_KEYRING": f"40000:{KEY}"}),
        ("services.booking", {"PAYMENT_PROVIDER": "sandbox", "SANDBOX_SECRET": ""}),
        ("services.booking", {"PAYMENT_PROVIDER": "stripe", "STRIPE_KEY": ""}),
        ("deploy.sandbox_payments", {"SANDBOX_RECORDS": f"/nowhere/{KEY}"}),
        ("deploy.mailbox", {"MAILBOX_RECORDS": f"/nowhere/{KEY}"}),
        ("gateway", {"TRUSTED_PROXIES": "10.0.0.1/8"}),
    ],
)
def test_what_only_building_the_piece_finds_wrong_is_said_as_plainly(
    module: str, changed: dict[str, str]
) -> None:
    refused = _serve(module, {**COMPLETE, "LISTEN": "127.0.0.1:1", **changed})
    assert refused.returncode == 2
    assert refused.stderr.startswith("cannot start:\n")
    assert "Traceback" not in refused.stderr
    assert KEY not in refused.stderr
