"""What Stripe keeps: sessions, intents, charges and refunds, and which of them may become what."""

import secrets
import time
from typing import Any

Kept = dict[str, Any]

DAY = 24 * 3600
HALF_AN_HOUR = 1800
WEEK = 7 * DAY
HUNDREDTHS = ("isk", "ugx")
TENS = ("bhd", "jod", "kwd", "omr", "tnd")
CURRENCIES = ("eur", "usd", "jpy", "mga", *HUNDREDTHS, *TENS)


class Refused(Exception):
    """An error as Stripe answers it."""

    def __init__(self, status: int, kind: str, code: str | None = None, param: str | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.error = {"type": kind, "message": "Sorry, ada@example.com.", "code": code, "param": param}


class Ledger:
    """One account; `pay`, `lapse` and `process` are what happens without being asked for over the API."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}

    def find(self, id: str, kind: str) -> Kept:
        found = self.kept.get(id)
        if found is None or found["object"] != kind:
            raise Refused(404, "invalid_request_error", "resource_missing", kind)
        return found

    def create_session(self, form: Kept) -> Kept:
        now, ends = int(time.time()), int(form["expires_at"])
        if not HALF_AN_HOUR <= ends - now <= DAY:
            raise Refused(400, "invalid_request_error", None, "expires_at")
        if form["mode"] != "payment" or not form.get("success_url") or "0" not in form["line_items"]:
            raise Refused(400, "invalid_request_error", "parameter_missing")
        amount, currency = _total(form["line_items"]["0"])
        made = _id("cs_test")
        return self._keep(
            {
                **_SESSION, "id": made, "object": "checkout.session", "created": now, "expires_at": ends,
                "livemode": False, "mode": "payment", "status": "open", "payment_status": "unpaid",
                "amount_subtotal": amount, "amount_total": amount, "currency": currency,
                "adaptive_pricing": {"enabled": form["adaptive_pricing"]["enabled"] == "true"},
                "allowed_payment_method_types": list(form["allowed_payment_method_types"].values()),
                "payment_method_types": list(form["allowed_payment_method_types"].values()),
                "client_reference_id": form["client_reference_id"], "metadata": form["metadata"],
                "customer_email": form["customer_email"], "success_url": form["success_url"],
                "cancel_url": form["cancel_url"], "url": f"https://checkout.stripe.com/c/pay/{made}",
                "payment_intent": None, "_intent": form["payment_intent_data"],
            }
        )  # fmt: skip

    def expire_session(self, id: str) -> Kept:
        session = self.find(id, "checkout.session")
        if session["status"] != "open":
            raise Refused(400, "invalid_request_error")
        session.update(status="expired", url=None)
        return session

    def capture(self, id: str) -> Kept:
        intent = self._in_state(id, "requires_capture")
        self.kept[intent["latest_charge"]].update(captured=True, amount_captured=intent["amount"])
        intent.update(status="succeeded", amount_capturable=0, amount_received=intent["amount"])
        return intent

    def cancel(self, id: str) -> Kept:
        intent = self._in_state(id, "requires_capture")
        intent.update(status="canceled", canceled_at=int(time.time()), amount_capturable=0)
        return intent

    def refund(self, id: str) -> Kept:
        intent = self._in_state(id, "succeeded")
        charge = self.kept[intent["latest_charge"]]
        if charge["refunded"]:
            raise Refused(400, "invalid_request_error", "charge_already_refunded")
        charge.update(refunded=True, amount_refunded=charge["amount"])
        return self._keep(
            {
                "id": _id("re"), "object": "refund", "amount": charge["amount"], "charge": charge["id"],
                "created": int(time.time()), "currency": charge["currency"], "metadata": {},
                "payment_intent": id, "status": "succeeded", "reason": None, "balance_transaction": None,
            }
        )  # fmt: skip

    def pay(self, session_id: str) -> str:
        """The visitor pays by card; the id of the intent."""
        session = self.find(session_id, "checkout.session")
        assert session["status"] == "open"
        asked = session["_intent"]
        assert asked["capture_method"] == "manual"
        money = {key: session[key] for key in ("currency", "livemode")} | {"metadata": asked["metadata"]}
        now, amount = int(time.time()), session["amount_total"]
        intent = self._keep({**_INTENT, **money, "id": _id("pi"), "amount": amount, "created": now})
        intent["amount_capturable"] = amount
        card = {**_CARD, "capture_before": now + WEEK}
        charge = self._keep({**_CHARGE, **money, "id": _id("ch"), "amount": amount, "created": now})
        charge.update(payment_intent=intent["id"], payment_method_details={"type": "card", "card": card})
        intent["latest_charge"] = charge["id"]
        session.update(status="complete", payment_intent=intent["id"], url=None)
        return str(intent["id"])

    def lapse(self, id: str) -> None:
        """The authorisation ends without having been captured."""
        self.cancel(id)["cancellation_reason"] = "expired"

    def process(self, id: str) -> None:
        """Stripe itself does not know yet what becomes of it."""
        self.find(id, "payment_intent")["status"] = "processing"

    def expanded(self, kept: Kept, paths: list[str]) -> Kept:
        """As it is answered, with what it refers to in place of ids."""
        answer = {name: value for name, value in kept.items() if not name.startswith("_")}
        for path in paths:
            field, _, rest = path.partition(".")
            if isinstance(answer[field], str):
                answer[field] = self.expanded(self.kept[answer[field]], [rest] if rest else [])
        return answer

    def _in_state(self, id: str, state: str) -> Kept:
        intent = self.find(id, "payment_intent")
        if intent["status"] != state:
            raise Refused(400, "invalid_request_error", "payment_intent_unexpected_state")
        return intent

    def _keep(self, kept: Kept) -> Kept:
        self.kept[kept["id"]] = kept
        return kept


def _total(line: Kept) -> tuple[int, str]:
    price = line["price_data"]
    amount, currency = int(price["unit_amount"]) * int(line["quantity"]), price["currency"]
    whole = 100 if currency in HUNDREDTHS else 10 if currency in TENS else 1
    if currency not in CURRENCIES or amount % whole or amount <= 0:
        raise Refused(400, "invalid_request_error", "invalid_charge_amount")
    return amount, currency


def _id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(12)}"


_SESSION: Kept = {
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "custom_fields": [],
    "custom_text": dict.fromkeys(
        ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
    ),
    "shipping_options": [],
    "customer": None,
    "ui_mode": "hosted_page",
}
_INTENT: Kept = {
    "object": "payment_intent",
    "amount_received": 0,
    "capture_method": "manual",
    "confirmation_method": "automatic",
    "canceled_at": None,
    "cancellation_reason": None,
    "payment_method_types": ["card"],
    "status": "requires_capture",
}
_CHARGE: Kept = {
    "object": "charge",
    "amount_captured": 0,
    "amount_refunded": 0,
    "billing_details": dict.fromkeys(("address", "email", "name", "phone", "tax_id")),
    "captured": False,
    "disputed": False,
    "paid": True,
    "refunded": False,
    "status": "succeeded",
}
_CARD: Kept = {"brand": "visa", "exp_month": 8, "exp_year": 2040, "last4": "4242", "funding": "credit"}
