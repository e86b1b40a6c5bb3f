"""A letter arrives as it was written, and holds no header that was not meant."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from services.workflows.mail.header_values import one_line
from services.workflows.mail.letter import Address, Letter, Unsendable
from services.workflows.mail.message import compose
from tests.services.workflows.letters import AMARA, NOW, a_letter, an_invitation, mailboxes, part, read

HEADERS = {
    "Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type",
}  # fmt: skip
NASTY = st.lists(
    st.sampled_from([
        "\r\nBcc: eve@example.com\r\n\r\n", "\n", "\r", "\0", "\x0b", "\x85", "\u2028", "\u202e", "\ud800",
        "=?utf-8?q?=0D=0ABcc:_eve@example.com?=", "=?utf-8?b?", '"', "\\", "<eve@example.com>", ",", ";", ":",
        "(", "@", " ", "é", "漢字", "👩‍💻", "word ", "x" * 90,
    ])
).map("".join)  # fmt: skip


def sent(letter: Letter) -> bytes:
    return compose(letter, NOW).as_bytes()


@given(name=NASTY, subject=NASTY)
@example(name="", subject="")
@example(name="漢" * 200, subject="Grüße " * 100)
def test_no_name_and_no_subject_adds_a_header_or_an_address(name: str, subject: str) -> None:
    letter = a_letter(recipient=Address(name, AMARA.email), subject=subject, text=subject)
    content = sent(letter)
    message = read(content)
    assert set(message.keys()) == HEADERS
    assert mailboxes(content, "To") == [(one_line(name), AMARA.email)]
    assert message["Subject"] == one_line(subject)
    assert content.replace(b"\r\n", b"").isascii()
    assert not set(b"\r\n\0") & set(content.replace(b"\r\n", b""))
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_letter_is_dated_and_named_as_told_and_says_that_a_machine_wrote_it() -> None:
    message = read(sent(a_letter(reply_to=Address("Dana", "dana@example.com"))))
    assert message["Message-ID"] == "<run-1.step-1@bookonce.example>"
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"] == "Dana <dana@example.com>"
    assert message["Bcc"] is None


def test_text_and_html_say_the_same_and_the_better_one_is_last() -> None:
    message = read(sent(a_letter(text="Grüße\n.\nFrom Dana\n" + "x" * 5000)))
    assert [each.get_content_type() for each in message.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    assert part(message, "text/plain").split() == ["Grüße", ".", "From", "Dana", "x" * 5000]


def test_invitation_stands_beside_the_html_and_is_attached_too() -> None:
    message = read(sent(a_letter(invitation=an_invitation())))
    assert [each.get_content_type() for each in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
        "application/ics",
    ]  # fmt: skip
    alternative = next(each for each in message.walk() if each.get_content_type() == "text/calendar")
    assert alternative["Content-Type"].params["method"] == "REQUEST"
    [attached] = message.iter_attachments()
    assert attached.get_filename() == "invite.ics"
    assert Calendar.from_ical(attached.get_content()) == Calendar.from_ical(part(message, "text/calendar"))


def test_letter_without_html_is_plain_text() -> None:
    message = read(sent(a_letter(html=None)))
    assert [each.get_content_type() for each in message.walk()] == ["text/plain"]


def test_domain_beyond_ascii_travels_as_dns_knows_it() -> None:
    content = sent(a_letter(recipient=Address("", "amara@bücher.example")))
    assert mailboxes(content, "To") == [("", "amara@xn--bcher-kva.example")]


@pytest.mark.parametrize(
    "email",
    [
        "", "amara", "@example.com", "amara@", "a b@example.com", "amara@example.com\r\nBcc: eve@example.com",
        "amara@example.com>\r\nRCPT TO:<eve@example.com", "amara@example.com, eve@example.com",
        "amara@example.com\0", "amara\n@example.com", "<amara@example.com>", '"a b"@example.com',
        "amara@[127.0.0.1]", "amara@exa mple.com", "amara@example..com", "a..b@example.com",
        f"{'a' * 65}@example.com", f"amara@{'a' * 64}.com", f"amara@{'a.' * 130}com", "a\u2028b@example.com",
        "amara@-example.com", "\ud800@example.com", "amara@\ud800.com", "a@b@example.com",
    ],
)  # fmt: skip
def test_address_that_is_none_is_refused_wherever_it_stands(email: str) -> None:
    wrong = Address("Amara", email)
    for letter in (
        a_letter(recipient=wrong),
        a_letter(sender=wrong),
        a_letter(reply_to=wrong),
        a_letter(invitation=an_invitation(attendee=wrong)),
        a_letter(invitation=an_invitation(organizer=wrong)),
    ):
        with pytest.raises(Unsendable):
            sent(letter)


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "mailto:a@example.com", "https://e.com/\r\nBcc: eve@example.com",
     "https://e.com/>,<https://eve.com", "https://e.com/a b", f"https://e.com/{'a' * 1000}"],
)  # fmt: skip
def test_link_that_is_no_web_address_is_refused(url: str) -> None:
    for letter in (a_letter(unsubscribe=url), a_letter(invitation=an_invitation(url=url))):
        with pytest.raises(Unsendable):
            sent(letter)


@pytest.mark.parametrize("message_id", ["", "a@b", "<a>", "<a@b>\r\nBcc: eve@example.com", "<a@b", "<a b@c>"])
def test_message_id_that_is_none_is_refused(message_id: str) -> None:
    with pytest.raises(Unsendable):
        sent(a_letter(message_id=message_id))


def test_unsubscribing_by_one_click_is_offered_over_https_alone() -> None:
    link = f"https://example.com/unsubscribe/{'t' * 500}"
    content = sent(a_letter(unsubscribe=link, unsubscribe_one_click=True))
    # On one line and as it is: mail programs do not look for encoded words in it.
    assert f"\r\nList-Unsubscribe: <{link}>\r\n".encode() in content
    assert read(content)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for letter in (
        a_letter(unsubscribe=link),
        a_letter(unsubscribe="http://127.0.0.1:8080/u/1", unsubscribe_one_click=True),
    ):
        message = read(sent(letter))
        assert message["List-Unsubscribe"] == f"<{letter.unsubscribe}>"
        assert message["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Dana Reyes <dana@example.com>", Address("Dana Reyes", "dana@example.com")),
        ('"Reyes, Dana" <dana@example.com>', Address("Reyes, Dana", "dana@example.com")),
        ("dana@example.com", Address("", "dana@example.com")),
    ],
)
def test_an_address_is_read_with_its_name_or_without(text: str, address: Address) -> None:
    assert Address.parse(text) == address


def test_what_is_no_address_is_not_read_as_one() -> None:
    for text in ("", "Dana Reyes", "<>"):
        with pytest.raises(ValueError):
            Address.parse(text)
