"""The time line in words: which touch led to which booking, and what came of it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from msgspec import Struct

from gateway.console import times
from gateway.console.time_line import Moment, TimeLine
from gateway.site import Site
from shared.contracts import workflows
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Source
from shared.contracts.workflows import Run
from shared.errors import Refusal

MOST_RUNS = 20
"""Mails of so many of the newest runs are told."""
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
    runs, unsent = await _runs(site, app_id, line.moments)
    names = await _names(site, app_id, {run.workflow_id for run in runs} | _made_by(line.moments))
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
        parts.append("by a workflow that is gone" if name is None else f"by workflow “{name}”")
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


def _made_by(moments: Sequence[Moment]) -> set[UUID]:
    return {one.source.workflow_id for one in moments if one.source and one.source.workflow_id}


def _sent(runs: Sequence[Run], touches: Mapping[UUID, int], zone: str) -> list[tuple[datetime, Event]]:
    """The mails of these runs that carried one of the links."""
    found: list[tuple[datetime, Event]] = []
    for run in runs:
        for step in run.history:
            link_id = step.single_use_link_id
            if link_id is not None and link_id in touches and step.message_id and step.outcome == "done":
                at = times.said(step.at, zone).rpartition(", ")[2]
                more = f"step {step.step}"
                found.append((step.at, Event(at, "sent", _WORDS["sent"], more, touches[link_id], link_id)))
    return found


async def _runs(site: Site, app_id: UUID, moments: Sequence[Moment]) -> tuple[list[Run], bool]:
    ids = list(dict.fromkeys(one.source.run_id for one in moments if one.source and one.source.run_id))
    try:
        found = await asyncio.gather(*(_run(site, app_id, run_id) for run_id in ids[:MOST_RUNS]))
    except Refusal:
        return [], True
    return [run for run in found if run is not None], False


async def _run(site: Site, app_id: UUID, run_id: UUID) -> Run | None:
    try:
        return await site.peers.call(workflows.get_run, Nothing(), app_id=app_id, run_id=run_id)
    except Refusal as refusal:
        if refusal.code != "not_found":
            raise
        return None


async def _names(site: Site, app_id: UUID, ids: set[UUID]) -> dict[UUID, str]:
    found = await asyncio.gather(*(_name(site, app_id, one) for one in ids))
    return dict(pair for pair in found if pair is not None)


async def _name(site: Site, app_id: UUID, workflow_id: UUID) -> tuple[UUID, str] | None:
    ids = {"app_id": app_id, "workflow_id": workflow_id}
    try:
        return workflow_id, (await site.peers.call(workflows.get, Nothing(), **ids)).name
    except Refusal:
        return None
