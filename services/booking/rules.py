"""What makes a booking link, an answer or a start acceptable: pure decisions, time passed in."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from services.booking.availability import Rules, check_schedule, is_offered
from services.booking.currencies import is_currency
from services.booking.graph import PAID
from shared.contracts.booking_links import BookingLinkFields, Host, Question
from shared.errors import FieldError, Refusal


class Template(Struct, frozen=True):
    """A booking link's row: what bookings are made from."""

    id: UUID
    app_id: UUID
    host_id: UUID
    host: Host
    slug: str
    fields: BookingLinkFields
    created_at: datetime
    updated_at: datetime

    @property
    def interval_minutes(self) -> int:
        return self.fields.slot_interval_minutes or self.fields.duration_minutes

    @property
    def times(self) -> Rules:
        """The part of it that decides which times there are."""
        fields = self.fields
        return Rules(
            schedule=fields.schedule,
            duration_minutes=fields.duration_minutes,
            slot_interval_minutes=self.interval_minutes,
            buffer_before_minutes=fields.buffer_before_minutes,
            buffer_after_minutes=fields.buffer_after_minutes,
            minimum_notice_minutes=fields.minimum_notice_minutes,
            maximum_days_ahead=fields.maximum_days_ahead,
        )


class Span(Struct, frozen=True):
    """When a booking takes place, and when it keeps its host busy, buffers included."""

    start: datetime
    end: datetime
    busy_from: datetime
    busy_to: datetime


def span(template: Template, start: datetime, now: datetime) -> Span:
    """The times of a booking that begins at `start`; Refusal `slot_taken` when it is not offered."""
    if not is_offered(template.times, (), start, now):
        raise Refusal("slot_taken")
    fields, start = template.fields, start.astimezone(UTC)
    end = start + timedelta(minutes=fields.duration_minutes)
    before, after = (
        timedelta(minutes=fields.buffer_before_minutes),
        timedelta(minutes=fields.buffer_after_minutes),
    )
    return Span(start, end, start - before, end + after)


def check_booking_link(fields: BookingLinkFields, payable: bool) -> None:
    """Refusal `validation_failed` naming every value that contradicts another.

    `payable` says that there is somebody to take payments.
    """
    errors = [FieldError(field, message) for field, message in check_schedule(fields.schedule)]
    errors += _price_errors(fields, payable)
    keys = [question.key for question in fields.questions]
    for index, question in enumerate(fields.questions):
        if keys.index(question.key) != index:
            errors.append(FieldError(f"questions[{index}].key", "is used by another question"))
        if (question.type == "select") != bool(question.options):
            errors.append(
                FieldError(f"questions[{index}].options", "are what a select offers, and only a select")
            )
    if errors:
        raise Refusal("validation_failed", errors=tuple(errors))


def _price_errors(fields: BookingLinkFields, payable: bool) -> list[FieldError]:
    price, paid = fields.price, fields.graph in PAID
    if price is None:
        return [FieldError("price", f"is needed by the graph {fields.graph}")] if paid else []
    if not paid:
        return [FieldError("price", "needs a graph with payment")]
    if not payable:
        return [FieldError("graph", "needs a payment provider, and none is set up")]
    if not is_currency(price.currency):
        return [FieldError("price.currency", "must be a currency in use, as its ISO 4217 code")]
    return []


def check_answers(questions: list[Question], answers: dict[str, object]) -> None:
    """Refusal `validation_failed` naming every question that is answered badly or not at all."""
    known = {question.key for question in questions}
    errors = [
        FieldError(f"answers.{key}", "is not a question of this page") for key in answers if key not in known
    ]
    for question in questions:
        message = _bad_answer(question, answers.get(question.key))
        if message is not None:
            errors.append(FieldError(f"answers.{question.key}", message))
    if errors:
        raise Refusal("validation_failed", errors=tuple(errors))


def _bad_answer(question: Question, answer: object) -> str | None:
    if answer is None or answer == "" or answer is False:
        return "needs an answer" if question.required else None
    if question.type == "checkbox":
        return None if answer is True else "must be true or false"
    if not isinstance(answer, str):
        return "must be text"
    if question.type == "select":
        return None if answer in question.options else "must be one of the choices"
    return "is too long or not plain text" if len(answer) > 5000 or "\x00" in answer else None
