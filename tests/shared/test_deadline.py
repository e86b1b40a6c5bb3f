"""Time left: it only shrinks, and when it is over the work ends with `timeout`."""

import asyncio
import time

import pytest

from shared import deadline
from shared.errors import Refusal


async def test_without_a_deadline_there_is_the_time_one_names() -> None:
    assert not deadline.is_set()
    assert deadline.left(3.0) == 3.0


async def test_inside_it_is_set_and_shrinks_and_outside_it_is_gone() -> None:
    async with deadline.within(5):
        assert deadline.is_set()
        first = deadline.left()
        assert 4.5 < deadline.left() <= first <= 5
    assert not deadline.is_set()


async def test_an_inner_deadline_never_lengthens_an_outer_one() -> None:
    async with deadline.within(1):
        async with deadline.within(60):
            assert deadline.left() <= 1
        async with deadline.within(0.2):
            assert deadline.left() <= 0.2
        assert 0.5 < deadline.left() <= 1


async def test_what_takes_longer_is_ended_with_timeout() -> None:
    began = time.monotonic()
    with pytest.raises(Refusal) as refused:
        async with deadline.within(0.05):
            await asyncio.Event().wait()
    assert refused.value.code == "timeout"
    assert time.monotonic() - began < 2


async def test_the_outer_deadline_ends_what_the_inner_one_would_allow() -> None:
    with pytest.raises(Refusal) as refused:
        async with deadline.within(0.05), deadline.within(60):
            await asyncio.Event().wait()
    assert refused.value.code == "timeout"
    assert not deadline.is_set()


async def test_a_deadline_reaches_the_tasks_made_inside_it() -> None:
    async with deadline.within(1):
        seen = await asyncio.create_task(_left())
    assert seen <= 1


async def _left() -> float:
    return deadline.left()


async def test_another_error_passes_as_it_is() -> None:
    with pytest.raises(KeyError):
        async with deadline.within(1):
            raise KeyError


async def test_work_that_goes_on_afterwards_has_none() -> None:
    async def is_set() -> bool:
        return deadline.is_set()

    async with deadline.within(5):
        inside = asyncio.create_task(is_set())
        apart = asyncio.create_task(is_set(), context=deadline.without())
        assert (await inside, await apart) == (True, False)
        assert deadline.is_set()
