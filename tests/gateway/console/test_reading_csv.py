"""Contacts as people have them in files: each row is a contact, or is refused with a reason."""

import csv
import io
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.console import csv_text, reading_csv
from gateway.console.reading_csv import LARGEST, MOST, Row
from shared.contracts.contacts import InlineContact

ADA = InlineContact("Zoë Ünal", "zoe@example.com")
PLAIN = "name,email\nZoë Ünal,zoe@example.com\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_is_read_in_the_encodings_that_spreadsheets_save(encoding: str, end: str) -> None:
    assert reading_csv.read(PLAIN.replace("\n", end).encode(encoding)).contacts == [ADA]


def test_a_file_that_begins_with_a_mark_in_utf_16_big_endian_is_read() -> None:
    assert reading_csv.read(b"\xfe\xff" + PLAIN.encode("utf-16-be")).contacts == [ADA]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("first", ["", "sep={}\n"])
def test_commas_semicolons_and_tabs_separate(separator: str, first: str) -> None:
    text = first.format(separator) + "name,email,notes\nZoë Ünal,zoe@example.com,\n".replace(",", separator)
    assert reading_csv.read_text(text).contacts == [ADA]


def test_other_separators_in_a_cell_do_not_separate() -> None:
    text = 'email;name\nzoe@example.com;Ünal, Zoë, Dr.\nmei@example.com;"Lin; Mei"\n'
    assert [one.name for one in reading_csv.read_text(text).contacts] == ["Ünal, Zoë, Dr.", "Lin; Mei"]


@pytest.mark.parametrize(
    "headings",
    [
        "name,email",
        "Full Name,E-Mail",
        "full_name,Email Address",
        "FULLNAME,e-mail address",
        " Contact Name , Work Email ",
        "\ufeffName,MAIL",
    ],
)
def test_headings_are_known_in_many_spellings(headings: str) -> None:
    assert reading_csv.read_text(f"{headings}\nZoë Ünal,zoe@example.com").contacts == [ADA]


def test_first_and_last_names_make_a_name_and_other_columns_are_left_out() -> None:
    text = "ID,Last Name,Email,First name,Phone\n7,Ünal,zoe@example.com,Zoë,+49\n8,,mei@example.com,Mei,\n"
    assert reading_csv.read_text(text).contacts == [ADA, InlineContact("Mei", "mei@example.com")]


def test_a_file_without_headings_is_read_by_what_it_holds() -> None:
    assert reading_csv.read_text("zoe@example.com\tZoë Ünal\n").contacts == [ADA]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no rows"),
        ("\n , \n\t\n", "no rows"),
        ("name,email\n", "below the headings"),
        ("name,phone\nZoë,1", "no column for the email"),
        ("email\nzoe@example.com", "no column for the name"),
        ("zoe@example.com", "no column for the name"),
        ("x" * (LARGEST + 1), "larger than 8 MB"),
        ("name,email" + "\n" * (reading_csv.LINES + 1), "200,000 lines"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_as_a_whole(text: str, said: str) -> None:
    for sheet in (reading_csv.read_text(text), reading_csv.read(text.encode())):
        assert said in (sheet.fault or "")
        assert sheet.rows == []


def test_a_workbook_is_told_from_a_csv_file() -> None:
    assert "Save it as CSV" in (reading_csv.read(b"PK\x03\x04\x14\x00\x06").fault or "")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (",zoe@example.com", "The name is missing."),
        ("Zoë", "The email is missing."),
        ("Zoë,zoe", "The email must be an email address, like dana@example.com."),
        ("Zoë,zoe@exa mple.com", "The email must be an email address, like dana@example.com."),
        ("Z\x01,zoe@example.com", "The name must be readable text on one line."),
        ("Z" * 1000 + ",zoe@example.com", "The name must not be longer than 200."),
        ('"=HYPERLINK(""http://evil"")",zoe@example.com', "The name begins like a formula, with “=”."),
        ("@SUM(A1),zoe@example.com", "The name begins like a formula, with “@”."),
        ("Zoë,=1+1@example.com", "The email begins like a formula, with “=”."),
        ('"Zoë"x,zoe@example.com', reading_csv._UNREADABLE),
        ("Zoë,zoe@example.com," + "x" * csv_text.LONGEST, reading_csv._UNREADABLE),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_spoils_no_other(cells: str, said: str) -> None:
    text = f"name,email\nMei Lin,mei@example.com\n{cells}\nZoë Ünal,zoe@example.com\n"
    sheet = reading_csv.read_text(text)
    assert [(row.line, row.problem) for row in sheet.rows] == [(2, None), (3, said), (4, None)]
    assert len(sheet.contacts) == 2
    assert max(len(row.name) for row in sheet.rows) <= reading_csv.SHOWN


def test_a_quote_that_is_never_closed_costs_one_row() -> None:
    others = "".join(f"Mei {n},mei-{n}@example.com\n" for n in range(50))
    sheet = reading_csv.read_text(f'name,email\n"Zoë,zoe@example.com\n{others}')
    assert [row.line for row in sheet.rows if row.problem] == [2]
    assert len(sheet.contacts) == 50
    sheet = reading_csv.read_text(f'name,email\n"Zoë,zoe@example.com\n{others}Mei Lin",mei@example.com\n')
    assert [row.line for row in sheet.rows if row.problem] == [2]
    assert len(sheet.contacts) == 51


def test_what_spreadsheets_put_around_a_text_is_taken_off() -> None:
    rows = (
        "name\temail",
        '="Zoë Ünal"\t="zoe@example.com"',
        "'-Mei\t\u200bmei@example.com ",
        '"Ada\n King"\tada@example.com',
    )
    text = "\n".join(rows)
    assert [(one.name, one.email) for one in reading_csv.read_text(text).contacts] == [
        ("Zoë Ünal", "zoe@example.com"),
        ("-Mei", "mei@example.com"),
        ("Ada King", "ada@example.com"),
    ]


def test_the_second_row_with_an_email_names_the_first_and_is_no_contact() -> None:
    text = "name,email\nZoë Ünal,zoe@example.com\n\nBad,\nZoë,ZOE@example.com\nZ,zoe@example.com"
    sheet = reading_csv.read_text(text)
    assert [(row.line, row.repeats) for row in sheet.rows] == [(2, None), (4, None), (5, 2), (6, 2)]
    assert sheet.contacts == [ADA]


def test_names_in_any_script_are_kept_as_they_are() -> None:
    names = ["<b>Zoë</b>", "مريم", "👩🏽\u200d💻 田中", "O'Neill & Söhne"]
    text = io.StringIO()
    csv.writer(text).writerows([["name", "email"], *([name, f"{n}@x.org"] for n, name in enumerate(names))])
    for encoding in ("utf-8", "utf-16"):
        assert [one.name for one in reading_csv.read(text.getvalue().encode(encoding)).contacts] == names


def test_fifty_thousand_rows_are_read_and_more_are_said_to_be_too_many() -> None:
    lines = [f"Mei {n},mei-{n}@example.com" for n in range(MOST)]
    whole = reading_csv.read_text("\n".join(["name,email", *lines]))
    assert (len(whole.contacts), whole.cut) == (MOST, False)
    more = reading_csv.read_text("\n".join(["name,email", *lines, "One more,more@example.com"]))
    assert (len(more.rows), more.cut) == (MOST, True)


@pytest.mark.parametrize("filling", ["x" * 50 + "\n", '"' + "," * 50 + "\n", ",", 'a,"'])
def test_the_largest_file_takes_little_more_memory_than_it_has(filling: str) -> None:
    raw = b"name,email\n" + (filling * LARGEST)[: LARGEST - 20].encode()
    tracemalloc.start()
    try:
        reading_csv.read(raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * LARGEST


@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00")
@example(b'name,email\n"')
@example(b"name,email\n\x00,\x00")
def test_no_bytes_are_too_strange(raw: bytes) -> None:
    for sheet in (reading_csv.read(raw), reading_csv.read(b"name,email\n" + raw)):
        assert bool(sheet.rows) != bool(sheet.fault)
        assert all(_sound(row) for row in sheet.rows)


@given(st.text(alphabet=st.sampled_from("ab@.,;\t\"'=\n\r é\ud800"), max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    for row in reading_csv.read_text(f"name;email\n{text}").rows:
        assert _sound(row)


def _sound(row: Row) -> bool:
    (row.name + row.email).encode()
    return row.problem is not None or (bool(row.name) and "@" in row.email)
