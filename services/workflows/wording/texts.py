"""What the standard workflows say."""

from typing import NamedTuple


class Words(NamedTuple):
    """Templates of a mail's subject and text."""

    subject: str
    text: str


_TITLE = '{{ booking.title|default("Your meeting") }}'
_WITH_HOST = "{% if host.name %} with {{ host.name }}{% endif %}"
_WITH_CUSTOMER = "{% if booking.customer_name %} with {{ booking.customer_name }}{% endif %}"
_CUSTOMER = '{{ booking.customer_name|default("The customer") }}'
_HOST = '{{ host.name|default("The host") }}'
_NAME = "{% if booking.customer_first_name %}, {{ booking.customer_first_name }}{% endif %}"

_FACTS = """\
{% if booking.title %}
What: {{ booking.title }}
{% endif %}
{% if host.name %}
With: {{ host.name }}
{% endif %}
{% if booking.start %}
When: {{ booking.start }}
{% endif %}
"""
_LENGTH = """\
{% if booking.duration_minutes %}
Length: {{ booking.duration_minutes }} minutes
{% endif %}
"""
_WAS = """\
{% if booking.previous_start %}
Before: {{ booking.previous_start }}
{% endif %}
"""
_HOST_FACTS = """\
{% if booking.title %}
What: {{ booking.title }}
{% endif %}
{% if booking.customer_name %}
Who: {{ booking.customer_name }}
{% endif %}
{% if booking.customer_email %}
Email: {{ booking.customer_email }}
{% endif %}
{% if booking.host_start %}
When: {{ booking.host_start }}
{% endif %}
"""
_HOST_MORE = """\
{% if booking.duration_minutes %}
Length: {{ booking.duration_minutes }} minutes
{% endif %}
{% if booking.price %}
Price: {{ booking.price }}
{% endif %}
{% if booking.answers %}
Answers: {{ booking.answers }}
{% endif %}
"""
_HOST_WAS = """\
{% if booking.host_previous_start %}
Before: {{ booking.host_previous_start }}
{% endif %}
"""
_CHANGES = """\
{% if reschedule_url or cancel_url %}
Something came up?
{% if reschedule_url %}
Choose another time: {{ reschedule_url }}
{% endif %}
{% if cancel_url %}
Cancel: {{ cancel_url }}
{% endif %}
{% endif %}
"""
_MONEY_BACK = """\
{% if booking.payment_status in ("refund_pending", "refunded") %}
Your payment of {{ booking.price }} is on its way back to you.
{% elif booking.payment_status in ("release_pending", "released") %}
You were not charged.
{% endif %}
"""

CONFIRMED = Words(
    f"Confirmed: {_TITLE}{_WITH_HOST}",
    f"""\
You are booked{_NAME}.

{_FACTS}{_LENGTH}\
{{% if booking.price %}}
Price: {{{{ booking.price }}}}
{{% endif %}}

The attached invitation puts it into your calendar.

{_CHANGES}""",
)
NEW_FOR_HOST = Words(
    f"New booking: {_TITLE}{_WITH_CUSTOMER}",
    f"""\
{_CUSTOMER} booked a time with you.

{_HOST_FACTS}{_HOST_MORE}
The attached invitation puts it into your calendar. To write to them, reply to this mail.
""",
)
REQUESTED = Words(
    f"Requested: {_TITLE}{_WITH_HOST}",
    f"""\
Your request is with {{{{ host.name|default("the host") }}}}.

{_FACTS}{_LENGTH}
You hear from us as soon as it is confirmed. Until then the time is kept for you.
{{% if booking.price %}}
You pay {{{{ booking.price }}}} only if it is confirmed.
{{% endif %}}

{{% if cancel_url %}}
Changed your mind?
Withdraw the request: {{{{ cancel_url }}}}
{{% endif %}}
""",
)
REQUEST_FOR_HOST = Words(
    f"Please confirm: {_TITLE}{_WITH_CUSTOMER}",
    f"""\
{_CUSTOMER} asks for a time with you.

{_HOST_FACTS}{_HOST_MORE}
{{% if confirm_url %}}
Confirm: {{{{ confirm_url }}}}
{{% endif %}}
{{% if decline_url %}}
Decline: {{{{ decline_url }}}}
{{% endif %}}

The time is kept until you answer. If you do not, the request lapses when the meeting would begin.
""",
)
DECLINED = Words(
    f"Not confirmed: {_TITLE}{_WITH_HOST}",
    f"""\
This time did not work out{_NAME}.

{_FACTS}
{_HOST} could not take the meeting.
{_MONEY_BACK}
{{% if booking_url %}}
Choose another time: {{{{ booking_url }}}}
{{% endif %}}

You can also reply to this mail to find a time together.
""",
)
CANCELLED = Words(
    f"Cancelled: {_TITLE}{_WITH_HOST}",
    f"""\
Your meeting is cancelled{_NAME}.

{_FACTS}
{_HOST} cancelled the meeting.
{_MONEY_BACK}
To find another time, reply to this mail.
""",
)
CANCELLED_FOR_HOST = Words(
    f"Cancelled: {_TITLE}{_WITH_CUSTOMER}",
    f"""\
The meeting is cancelled.

{_HOST_FACTS}
{_CUSTOMER} has been told, and the time is free again.
""",
)
CANCELLED_BY_CUSTOMER = Words(
    f"Cancelled: {_TITLE}{_WITH_HOST}",
    f"""\
Your meeting is cancelled{_NAME}.

{_FACTS}
As you asked. {_HOST} has been told.
{_MONEY_BACK}
If you want to meet after all, reply to this mail.
""",
)
CANCELLED_BY_CUSTOMER_FOR_HOST = Words(
    f"Cancelled: {_TITLE}{_WITH_CUSTOMER}",
    f"""\
{_CUSTOMER} cancelled.

{_HOST_FACTS}
The time is free again. To write to them, reply to this mail.
""",
)
WITHDRAWN_FOR_HOST = Words(
    f"Withdrawn: {_TITLE}{_WITH_CUSTOMER}",
    f"""\
{_CUSTOMER} withdrew the request.

{_HOST_FACTS}
There is nothing left to confirm, and the time is free again.
""",
)
MOVED = Words(
    f"New time: {_TITLE}{_WITH_HOST}",
    f"""\
Your meeting has a new time.

{_FACTS}{_WAS}{_LENGTH}
The attached invitation moves it in your calendar. Links in earlier mails no longer work.

{_CHANGES}""",
)
MOVED_FOR_HOST = Words(
    f"New time: {_TITLE}{_WITH_CUSTOMER}",
    f"""\
The meeting has a new time.

{_HOST_FACTS}{_HOST_WAS}
The attached invitation moves it in your calendar. {_CUSTOMER} has been told.
""",
)
