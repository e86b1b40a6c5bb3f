"""Stripe's API on loopback, and our side of it."""

from collections.abc import AsyncIterator

import pytest

from services.booking.payments.stripe import Stripe
from tests.services.booking.stripe_server import KEY, StripeServer, stripe_serving

SECRETS = "whsec_former,whsec_current"


@pytest.fixture
async def served() -> AsyncIterator[tuple[str, StripeServer]]:
    async with stripe_serving() as (url, server):
        yield url, server


@pytest.fixture
def server(served: tuple[str, StripeServer]) -> StripeServer:
    return served[1]


@pytest.fixture
async def stripe(served: tuple[str, StripeServer]) -> AsyncIterator[Stripe]:
    opened = Stripe(KEY, SECRETS, served[0])
    yield opened
    await opened.close()
