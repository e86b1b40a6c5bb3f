"""Visitors, hosts, clock and provider in any order: the money balances at every step, then comes to rest."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.faults.records import fetch
from tests.payments.conftest import AS_THEY_WERE
from tests.payments.shop import ASKED, EURO, INSTANT, end_hold
from tests.payments.till import Till
from tests.system.client import Client
from tests.system.making import a_booking_link, a_link, book, free_times, wish

T = TypeVar("T")
ACTIONS = ("confirm", "decline", "cancel", "cancel_by_customer", "complete")
SWITCHES: tuple[dict[str, Any], ...] = (
    {"drop": True},
    {"drop": False},
    {"duplicate": 4},
    {"reorder": True},
    {"away": True},
    {"away": False},
    {"fail_captures": 1},
    {"refuse_captures": 1},
    {"authorisation_seconds": 3610},
    AS_THEY_WERE,
)
USED = """
    select count(*) from bookings
    where single_use_link_id = $1 and rescheduled_from is null and confirmed_at is not null"""
PICK = st.integers(min_value=0, max_value=5)


def machine(
    loop: asyncio.AbstractEventLoop, app: Client, visitor: Client, till: Till
) -> type[RuleBasedStateMachine]:
    """Steps run on the tests' own loop, from the thread in which Hypothesis plays."""

    def run(step: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(step, loop).result(timeout=60)

    class Play(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.pages = [run(a_booking_link(app, graph=graph, price=EURO)) for graph in (INSTANT, ASKED)]
            self.links = [(page, run(a_link(app, page))) for page in self.pages]
            self.times = run(free_times(visitor, self.pages[0]))[:6]
            self.bookings: list[dict[str, Any]] = []

        @rule(number=st.integers(0, 1), time=PICK, forwarded=st.booleans())
        def book(self, number: int, time: int, forwarded: bool) -> None:
            page, link = self.links[number]
            email = "colleague@example.com" if forwarded else link["contact"]["email"]
            body = wish(self.times[time], email=email, single_use_token=link["token"])
            made = run(book(visitor, page, body))
            assert made.status < 500, made.text
            if made.status in (201, 202) and made.data["id"] not in [one["id"] for one in self.bookings]:
                self.bookings.append(made.data)

        @rule(which=PICK, how=st.sampled_from(["pay", "pay", "pay", "decline", "late"]))
        def pay(self, which: int, how: str) -> None:
            if self.bookings and (session := self._opened(which)):
                assert run(till.try_to_pay(session, how)) in (200, 409)

        @rule(which=PICK)
        def come_back(self, which: int) -> None:
            if self.bookings and (session := self._opened(which)):
                run(visitor.get(session["return_url"].removeprefix(till.stack.gateway)))

        @rule(which=PICK, action=st.sampled_from(ACTIONS))
        def act(self, which: int, action: str) -> None:
            if self.bookings:
                answer = run(app.put(f"/v1/bookings/{self._booking(which)['id']}/{action}"))
                assert answer.status < 500, answer.text

        @rule(which=PICK, time=PICK)
        def move(self, which: int, time: int) -> None:
            if self.bookings:
                path = f"/v1/bookings/{self._booking(which)['id']}/reschedule"
                assert run(app.ask("PUT", path, {"start": self.times[time]})).status < 500

        @rule(which=PICK)
        def time_passes(self, which: int) -> None:
            if self.bookings:
                run(end_hold(till, self._booking(which)))

        @rule(number=st.integers(0, 1))
        def revoke(self, number: int) -> None:
            run(app.post(f"/v1/single-use-links/{self.links[number][1]['id']}/revoke"))

        @rule(values=st.sampled_from(SWITCHES))
        def switch(self, values: dict[str, Any]) -> None:
            run(till.switch(**values))

        @invariant()
        def the_money_balances(self) -> None:
            run(till.balanced())

        def teardown(self) -> None:
            run(till.switch(**AS_THEY_WERE))
            run(till.settled(within=60))
            for _, link in self.links:
                [[used]] = run(fetch(till.stack.dsn["booking"], USED, link["id"]))
                assert used <= 1
            run(_free(till, self.bookings))

        def _booking(self, which: int) -> dict[str, Any]:
            return self.bookings[which % len(self.bookings)]

        def _opened(self, which: int) -> dict[str, Any] | None:
            """The booking's session, if the sandbox has one."""
            own_id = self._booking(which)["id"]
            return next((one for one in run(till.sessions()) if one["payment_id"] == own_id), None)

    return Play


async def _free(till: Till, bookings: list[dict[str, Any]]) -> None:
    """Nothing of one play may stir in the next."""
    await fetch(till.stack.dsn["booking"], "update payments set due_at = null where status = 'expired'")


async def test_whatever_happens_in_whatever_order_the_money_balances(
    app: Client, visitor: Client, till: Till
) -> None:
    play = machine(asyncio.get_running_loop(), app, visitor, till)
    few = settings(
        max_examples=12,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    await asyncio.to_thread(run_state_machine_as_test, play, settings=few)
