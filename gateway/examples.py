"""Bodies and queries of the API's examples; tests send every one of them."""

from typing import Any

Example = dict[str, Any]

ID = "01937b6e-5f7a-7c31-9d2e-0c4c6e1f8a52"
"""Stands for the id of something that exists."""
TOKEN = "AaH9XLW5e5mFwyUnNUWFinYIdu0xqTggfapIOxbetHw"  # noqa: S105
"""Stands for the token of an open single-use link."""
SIGNATURE = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2lnbmVkIHdpdGggYW4gQVBJIGtleSBvZiB0aGUgYXBw"
"""Stands for the signature of an action link."""
IN_PATH = {
    "provider": "sandbox",
    "id": ID,
    "slug": "product-tour",
    "token": TOKEN,
    "capability": TOKEN,
    "unsubscribe_token": TOKEN,
    "action": "cancel",
    "trigger": "deal_stage_changed",
}
IN_QUERY = {"signature": SIGNATURE}

BOOKING_LINK: Example = {
    "title": "Product tour",
    "duration_minutes": 45,
    "host": {"name": "Dana Reyes", "email": "dana@example.com"},
    "schedule": {
        "timezone": "Europe/Berlin",
        "weekly": {
            "tuesday": [{"from": "09:00", "to": "12:00"}, {"from": "13:00", "to": "17:00"}],
            "thursday": [{"from": "09:00", "to": "12:00"}],
        },
        "overrides": [{"date": "2026-12-24", "hours": []}],
    },
    "questions": [{"key": "company", "label": "Your company", "type": "text", "required": False}],
    "branding": {"accent_color": "#1a73e8"},
}
BOOKING_LINK_CHANGE: Example = {"title": "Product tour, the short one", "duration_minutes": 30}
CONTACT: Example = {"name": "Amara Okafor", "email": "amara.okafor@example.com", "external_ref": "crm-4711"}
CONTACT_CHANGE: Example = {"phone": "+49 30 1234567"}
ORDER: Example = {
    "booking_link_id": ID,
    "contact": {"name": "Amara Okafor", "email": "amara.okafor@example.com"},
    "expires_in_days": 14,
    "strict_email_match": True,
    "source": {"channel": "email", "campaign": "spring"},
}
BULK: Example = {
    "booking_link_id": ID,
    "contacts": [
        {"name": "Amara Okafor", "email": "amara.okafor@example.com"},
        {"name": "Noor Haddad", "email": "noor@example.com"},
    ],
    "source": {"campaign": "spring"},
}
EXPIRY: Example = {"expires_at": None}
BOOKING: Example = {
    "booking_link_id": ID,
    "start": "2026-11-24T09:00:00+01:00",
    "timezone": "Europe/Berlin",
    "name": "Noor Haddad",
    "email": "noor@example.com",
}
WISH: Example = {
    "start": "2026-11-24T09:00:00+01:00",
    "timezone": "Europe/Berlin",
    "name": "Amara Okafor",
    "email": "amara.okafor@example.com",
    "single_use_token": TOKEN,
}
PREFILL: Example = {"single_use_token": TOKEN}
DAYS: Example = {"from": "2026-11-23", "to": "2026-12-23", "timezone": "Europe/Berlin"}
WEBHOOK: Example = {
    "url": "https://example.com/hooks/bookonce",
    "events": ["booking.confirmed", "booking.cancelled", "single_use_link.consumed"],
    "description": "Our CRM",
}
API_KEY: Example = {"name": "Nightly import"}
APP: Example = {
    "name": "Example Inc.",
    "redirect_origins": ["https://example.com"],
    "action_links_on_open": "ask",
}
ACTION_LINK: Example = {
    "booking_id": ID,
    "action": "cancel_by_customer",
    "expires_at": "2027-01-31T00:00:00Z",
    "redirect": "https://example.com/see-you-another-time",
}
ACTION_LINK_CHECK: Example = {
    "signature": SIGNATURE,
    "booking_id": ID,
    "action": "cancel",
}
NEW_TIME: Example = {"start": "2026-11-24T09:00:00+01:00"}
WORKFLOW: Example = {
    "name": "After a no-show",
    "trigger": "booking.no_show_marked",
    "steps": [
        {"type": "wait", "hours": 2},
        {
            "type": "email",
            "to": "customer",
            "subject": "Sorry that we missed you",
            "text": "Hello {{ contact.first_name }},\n\nhere is another chance: {{ single_use_url }}",
            "single_use": {"expires_in_days": 7, "strict_email_match": True, "campaign": "no-show"},
        },
    ],
}
WORKFLOW_CHANGE: Example = {"name": "After a no-show, kindly", "active": False}
RUN: Example = {"contact": {"name": "Amara Okafor", "email": "amara.okafor@example.com"}}
TRIGGER: Example = {
    "contact": {"name": "Amara Okafor", "email": "amara.okafor@example.com"},
    "data": {"stage": "Qualified"},
}
CRM_CONNECTION: Example = {
    "kind": "hubspot",
    "credentials": {
        "client_id": "7fff1e36-2d40-4ae1-bbb1-5266d59564fb",
        "client_secret": "your-apps-client-secret",
        "refresh_token": "refresh-token-of-its-installation",
    },
    "options": {"contact_property": "bookonce_contact", "key_property": "bookonce_key"},
}
CRM_RECONNECT: Example = {"credentials": CRM_CONNECTION["credentials"]}
