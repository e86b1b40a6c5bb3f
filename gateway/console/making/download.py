"""New links as CSV, for their maker to send on."""

import csv
import io
from collections.abc import Sequence

from starlette.responses import Response

from gateway.api.single_use_links import SingleUseLink

HEADING = "name,email,url,expires_at\r\n"


def lines(links: Sequence[SingleUseLink]) -> str:
    """A line for each link, without a heading."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for link in links:
        until = link.expires_at.isoformat() if link.expires_at else ""
        writer.writerow((_text(link.contact.name), _text(link.contact.email), link.url, until))
    return text.getvalue()


def download(links: Sequence[SingleUseLink]) -> Response:
    headers = {"Content-Disposition": 'attachment; filename="new-links.csv"', "Cache-Control": "no-store"}
    return Response(HEADING + lines(links), headers=headers, media_type="text/csv")


def _text(cell: str) -> str:
    """As in every CSV of ours: what a spreadsheet would calculate gets an apostrophe."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
