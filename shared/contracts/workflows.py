"""What `services/workflows` answers: what shall happen after something happened, and what did."""

from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, defstruct
from msgspec.structs import fields

from shared.contracts.events import BookingEvent, LinkEvent
from shared.contracts.operation import Nothing, Operation
from shared.contracts.values import NO_NUL, RECIPIENT, Instant, Label, Limit, Name, Once, Text

ProgramTrigger = Literal[
    "deal_stage_changed", "sequence_step_due", "recruiting_follow_up_due", "dispatch_visit_due"
]
"""What other systems post: a CRM, a sales sequence, recruiting, field service."""
PROGRAM_TRIGGERS: tuple[str, ...] = get_args(ProgramTrigger)
Trigger = BookingEvent | LinkEvent | ProgramTrigger
RunState = Literal["running", "waiting", "done", "failed", "stopped", "skipped"]
Outcome = Literal["done", "failed", "skipped"]
Crm = Literal["hubspot", "salesforce"]
Template = Annotated[str, Meta(max_length=20_000, pattern=NO_NUL)]
Subject = Annotated[str, Meta(min_length=1, max_length=500, pattern=NO_NUL)]
Recipient = Annotated[str, Meta(max_length=254, pattern=RECIPIENT, examples=["customer"])]
"""The booking's customer, its host, the contact, or an address."""
Days = Annotated[int, Meta(ge=1, le=3650)]


class Condition(Struct, frozen=True):
    """What must hold of a field when the run begins: `equals` a value, or `contains` a text or member."""

    field: Annotated[str, Meta(min_length=1, max_length=200, examples=["data.stage"])]
    equals: str | int | float | bool | None | UnsetType = UNSET
    contains: Label | UnsetType = UNSET


class SingleUse(Struct, frozen=True):
    """The fresh link that `{{single_use_url}}` stands for.

    `booking_link_id`: absent means the booking link that the run is about. Without `expires_in_days`
    it expires after 30 days.
    """

    booking_link_id: UUID | None = None
    expires_in_days: Days | None = None
    strict_email_match: bool = False
    campaign: Label | None = None


class Email(Struct, frozen=True, tag_field="type", tag="email", kw_only=True):
    """Send a mail. `to`: customer, host or contact, or an address. Without `html` it is made of `text`."""

    to: Recipient
    subject: Subject
    text: Template
    html: Template | None = None
    invitation: Literal["request", "cancel"] | None = None
    single_use: SingleUse | None = None
    name: Name | None = None


class Duration(Struct, frozen=True):
    """So many minutes, hours and days together."""

    minutes: Annotated[int, Meta(ge=0, le=525_600)] = 0
    hours: Annotated[int, Meta(ge=0, le=8760)] = 0
    days: Annotated[int, Meta(ge=0, le=365)] = 0


class Wait(Struct, frozen=True, tag_field="type", tag="wait", kw_only=True):
    """Wait for a while, or until some time before or after the booking's start."""

    minutes: Annotated[int, Meta(ge=0, le=525_600)] = 0
    hours: Annotated[int, Meta(ge=0, le=8760)] = 0
    days: Annotated[int, Meta(ge=0, le=365)] = 0
    before_start: Duration | None = None
    after_start: Duration | None = None
    name: Name | None = None


class CallWebhook(Struct, frozen=True, tag_field="type", tag="webhook", kw_only=True):
    """Post a JSON payload, whose texts are templates, to one of the app's webhook endpoints."""

    webhook_id: UUID
    payload: dict[str, Any]
    single_use: SingleUse | None = None
    name: Name | None = None


class NoteInCrm(Struct, frozen=True, tag_field="type", tag="crm", kw_only=True):
    """Write a note to the contact in a connected CRM."""

    crm: Crm
    note: Annotated[Text, Meta(min_length=1)]
    name: Name | None = None


Step = Email | Wait | CallWebhook | NoteInCrm


class WorkflowFields(Struct, frozen=True, kw_only=True):
    """What an app may set on a workflow; `booking_link_id` narrows it to one booking link."""

    name: Name
    trigger: Trigger
    steps: Annotated[list[Step], Meta(min_length=1, max_length=20)]
    booking_link_id: UUID | None = None
    condition: Condition | None = None
    active: bool = True


WorkflowPatch: type[Struct] = defstruct(
    "WorkflowPatch",
    [(f.encode_name, f.type | UnsetType, UNSET) for f in fields(WorkflowFields)],
    frozen=True,
)
"""Any of the fields of a workflow; what is absent stays as it is, and runs under way keep their steps."""


class CreateWorkflow(Struct, frozen=True):
    fields: WorkflowFields
    once: Once | None = None


class Workflow(Struct, frozen=True, kw_only=True):
    """A workflow as it is now; `version` counts its changes."""

    id: UUID
    name: str
    trigger: str
    booking_link_id: UUID | None
    condition: Condition | None
    steps: list[Step]
    active: bool
    version: int
    created_at: Instant
    updated_at: Instant


class WorkflowQuery(Struct, frozen=True):
    limit: Limit = 50
    before: UUID | None = None


class WorkflowPage(Struct, frozen=True):
    rows: list[Workflow]
    next_before: UUID | None


class StepDone(Struct, frozen=True, kw_only=True):
    """What became of a step; `detail` says why, where it did not do what it says."""

    step: str
    type: str
    outcome: Outcome
    at: Instant
    detail: str | None = None
    single_use_link_id: UUID | None = None
    message_id: str | None = None
    delivery_id: UUID | None = None


class Run(Struct, frozen=True, kw_only=True):
    """One run of a workflow, by the version it had when the run began.

    `failed`: a step could not be done and waits to be retried by hand; `stopped`: it makes no sense any
    more; `skipped`: its condition did not hold. `because` says why. `step` is the one that is next, tried
    again or waited in until `due_at`.
    """

    id: UUID
    workflow_id: UUID
    version: int
    trigger: str
    state: RunState
    step: str | None
    attempts: int
    due_at: Instant | None
    because: str | None
    booking_id: UUID | None
    contact_id: UUID | None
    single_use_link_id: UUID | None
    history: list[StepDone]
    created_at: Instant
    finished_at: Instant | None


class RunQuery(Struct, frozen=True):
    limit: Limit = 50
    before: UUID | None = None
    state: RunState | None = None


class RunPage(Struct, frozen=True):
    rows: list[Run]
    next_before: UUID | None


class Occasion(Struct, frozen=True):
    """What a program says happened: to whom, perhaps about which booking, and what else it knows."""

    contact_id: UUID | None = None
    booking_id: UUID | None = None
    booking_link_id: UUID | None = None
    data: dict[str, Any] = {}
    once: Once | None = None


class Triggered(Struct, frozen=True):
    """The runs that an occasion began, none when no workflow is for it."""

    id: UUID
    trigger: str
    runs: list[Run]


class UnsubscribeLink(Struct, frozen=True):
    """What List-Unsubscribe of a mail carries, as it was presented."""

    unsubscribe_token: str


class Subscription(Struct, frozen=True):
    """Whether the contact that a mail went to still gets the mails that this app's programs set off."""

    app_name: str
    unsubscribed: bool


_GATEWAY = frozenset({"gateway"})
_APP = "/internal/apps/{app_id}"
_WORKFLOWS = f"{_APP}/workflows"
_OWN = f"{_WORKFLOWS}/{{workflow_id}}"
_RUNS = f"{_APP}/runs"
_UNSUBSCRIBE = "/internal/unsubscribe-links"

create = Operation("workflows", "POST", _WORKFLOWS, CreateWorkflow, Workflow, _GATEWAY)
list_ = Operation("workflows", "GET", _WORKFLOWS, WorkflowQuery, WorkflowPage, _GATEWAY, repeatable=True)
get = Operation("workflows", "GET", _OWN, Nothing, Workflow, _GATEWAY, repeatable=True)
change = Operation("workflows", "PATCH", _OWN, WorkflowPatch, Workflow, _GATEWAY)
delete = Operation("workflows", "DELETE", _OWN, Nothing, Workflow, _GATEWAY)
start_run = Operation("workflows", "POST", f"{_OWN}/runs", Occasion, Run, _GATEWAY)
list_runs = Operation("workflows", "GET", f"{_OWN}/runs", RunQuery, RunPage, _GATEWAY, repeatable=True)
list_all_runs = Operation("workflows", "GET", _RUNS, RunQuery, RunPage, _GATEWAY, repeatable=True)
get_run = Operation("workflows", "GET", f"{_RUNS}/{{run_id}}", Nothing, Run, _GATEWAY, repeatable=True)
retry_run = Operation("workflows", "POST", f"{_RUNS}/{{run_id}}/retry", Nothing, Run, _GATEWAY)
trigger = Operation("workflows", "POST", f"{_APP}/triggers/{{trigger}}", Occasion, Triggered, _GATEWAY)
inspect_unsubscribe = Operation(
    "workflows", "POST", f"{_UNSUBSCRIBE}/inspect", UnsubscribeLink, Subscription, _GATEWAY
)
unsubscribe = Operation(
    "workflows", "POST", f"{_UNSUBSCRIBE}/unsubscribe", UnsubscribeLink, Subscription, _GATEWAY
)
subscribe_again = Operation(
    "workflows", "POST", f"{_UNSUBSCRIBE}/undo", UnsubscribeLink, Subscription, _GATEWAY
)
