"""A booking link as the templates see it."""

from msgspec import Struct

from shared.contracts.booking_links import Access, Page, Price, Question


class PageView(Struct, frozen=True):
    slug: str
    title: str
    description: str
    duration_minutes: int
    host_name: str
    accent_color: str | None
    logo_url: str | None
    access: Access
    questions: list[Question]
    price: Price | None
    host_confirms: bool


class Named(Struct, frozen=True):
    """As much of a booking link as a dead end shows."""

    title: str
    host_name: str
    accent_color: str | None


def view(page: Page) -> PageView:
    return PageView(
        page.slug,
        page.title,
        page.description,
        page.duration_minutes,
        page.host_name,
        page.branding.accent_color,
        page.branding.logo_url,
        page.access,
        page.questions,
        page.price,
        page.graph in ("confirm_decline", "confirm_decline_payment"),
    )
