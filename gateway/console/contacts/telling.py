"""The time line in words: which touch led to which booking, and what came of it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from msgspec import Struct

from gateway.console import times
from gateway.console.finding import found
from gateway.console.time_line import Moment, TimeLine
from gateway.site import Site
from shared import deadline
from shared.contracts import workflows
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Source
from shared.contracts.workflows import Run, Workflow
from shared.errors import Refusal

MOST_RUNS = 20
"""Mails of so many of the newest runs are told."""
SECONDS = 1.5
_WORDS = {
    "minted": "Link made",
    "sent": "Link sent by email",
    "opened": "Link opened",
    "opened_again": "Link opened again",
    "expired": "Link expired",
    "revoked": "Link revoked",
    "refused": "A booking was refused",
    "held": "Time held",
    "booked": "Booked",
    "moved": "Moved",
    "completed": "Meeting over",
    "no_show": "Did not show up",
    "cancelled": "Cancelled",
    "declined": "Declined",
    "unpaid": "Not paid in time",
    "failed": "Could not be booked",
}
_REASONS = {
    "email_mismatch": "it came with another email",
    "link_consumed": "the link had been used",
    "link_expired": "the link had expired",
    "link_revoked": "the link had been revoked",
    "link_wrong_template": "it was for another booking link",
}
_ACTORS = {"customer": "by the contact", "host": "by the host", "api": "by a program"}


class Event(Struct, frozen=True):
    """A line of it; `touch` numbers the contact's links, the oldest known being 1."""

    at: str
    kind: str
    words: str
    more: str
    touch: int | None
    link_id: UUID | None


class Day(Struct, frozen=True):
    day: str
    events: list[Event]


class Told(Struct, frozen=True):
    """Newest day first; `unsent` when what was mailed could not be asked."""

    days: list[Day]
    cut: bool
    unsent: bool


async def tell(site: Site, app_id: UUID, line: TimeLine, zone: str) -> Told:
    """What happened, with the names of workflows, and the mails that carried links."""
    runs, names, unsent = await _from_workflows(site, app_id, line.moments)
    touches = _touches(line.moments)
    sources = {one.link_id: one.source for one in line.moments if one.source is not None}
    events = [(one.at, _event(one, touches, sources, names, zone)) for one in line.moments]
    events += _sent(runs, touches, zone)
    events.sort(key=lambda pair: pair[0], reverse=True)
    days = groupby(events, key=lambda pair: times.day_said(pair[0], zone))
    return Told([Day(day, [event for _, event in pairs]) for day, pairs in days], line.cut, unsent)


def _event(
    moment: Moment,
    touches: Mapping[UUID, int],
    sources: Mapping[UUID | None, Source],
    names: Mapping[UUID, str],
    zone: str,
) -> Event:
    more = []
    if moment.start is not None and moment.kind in ("held", "booked", "moved"):
        more.append(f"for {times.said(moment.start, zone)}")
    if moment.kind in ("minted", "booked") and moment.link_id in sources:
        more.append(_origin(sources[moment.link_id], names))
    if moment.kind in ("cancelled", "moved", "declined"):
        more.append(_ACTORS.get(moment.actor or "", ""))
    if moment.reason is not None:
        more.append(_REASONS.get(moment.reason, moment.reason.replace("_", " ")))
    touch = touches.get(moment.link_id) if moment.link_id else None
    at = times.said(moment.at, zone).rpartition(", ")[2]
    return Event(at, moment.kind, _WORDS[moment.kind], ", ".join(filter(None, more)), touch, moment.link_id)


def _origin(source: Source, names: Mapping[UUID, str]) -> str:
    """Where a link came from, as a host would say it."""
    parts = []
    if source.workflow_id is not None:
        name = names.get(source.workflow_id)
        parts.append(f"by workflow “{name}”" if name else "by a workflow")
    elif source.channel is not None:
        parts.append({"console": "by hand", "api": "by a program"}.get(source.channel, source.channel))
    if source.step:
        parts.append(f"step {source.step}")
    if source.campaign:
        parts.append(f"campaign “{source.campaign}”")
    return ", ".join(parts)


def _touches(moments: Sequence[Moment]) -> dict[UUID, int]:
    made = [one.link_id for one in reversed(moments) if one.kind == "minted" and one.link_id]
    return {link_id: number for number, link_id in enumerate(made, 1)}


def _sent(runs: Sequence[Run], touches: Mapping[UUID, int], zone: str) -> list[tuple[datetime, Event]]:
    """The mails of these runs that carried one of the links."""
    mails: list[tuple[datetime, Event]] = []
    for run in runs:
        for step in run.history:
            link_id = step.single_use_link_id
            if link_id is not None and link_id in touches and step.message_id and step.outcome == "done":
                at = times.said(step.at, zone).rpartition(", ")[2]
                more = f"step {step.step}"
                mails.append((step.at, Event(at, "sent", _WORDS["sent"], more, touches[link_id], link_id)))
    return mails


async def _from_workflows(
    site: Site, app_id: UUID, moments: Sequence[Moment]
) -> tuple[list[Run], dict[UUID, str], bool]:
    """Runs, names by id, and whether workflows could not be asked: the page is worth showing without."""
    sources = [one.source for one in moments if one.source is not None]
    run_ids = list(dict.fromkeys(one.run_id for one in sources if one.run_id))[:MOST_RUNS]
    workflow_ids = {one.workflow_id for one in sources if one.workflow_id}
    try:
        async with deadline.within(SECONDS):
            runs, named = await asyncio.gather(
                asyncio.gather(*(_run(site, app_id, one) for one in run_ids)),
                asyncio.gather(*(_workflow(site, app_id, one) for one in workflow_ids)),
            )
    except Refusal:
        return [], {}, True
    names = {one.id: one.name for one in named if one is not None}
    return [one for one in runs if one is not None], names, False


async def _run(site: Site, app_id: UUID, run_id: UUID) -> Run | None:
    return await found(site.peers.call(workflows.get_run, Nothing(), app_id=app_id, run_id=run_id))


async def _workflow(site: Site, app_id: UUID, workflow_id: UUID) -> Workflow | None:
    ids = {"app_id": app_id, "workflow_id": workflow_id}
    return await found(site.peers.call(workflows.get, Nothing(), **ids))
