"""What the person who started Bookonce reads once everything answers."""

import json
from pathlib import Path

from deploy.demo import Demo
from deploy.pieces import SIGN_IN_HOURS


def summary(shown: Demo, gateway: str, mailbox: str, data: Path) -> str:
    """Where to go, now that everything answers."""
    contact = {"name": "You", "email": "you@example.com"}
    ask = json.dumps({"booking_link_id": shown.booking_link_id, "contact": contact})
    return f"""
Bookonce is running.

  Console       {shown.sign_in_url}
                signs in once, within {SIGN_IN_HOURS} hours
  Book once     {shown.single_use_url}
                a single-use link, made for {shown.contact}
  Booking page  {shown.booking_url}
  Paid page     {shown.paid_url}
                where a sandbox takes the payment: no money moves
  Mail          {mailbox}
                everything that is mailed ends up here: nothing goes out
  API key       {shown.api_key}

  One more single-use link:
    curl --user :{shown.api_key} {gateway}/v1/single-use-links \\
      -H 'Content-Type: application/json' -d '{ask}'

  Data and logs are in {data}
  Ctrl-C stops everything; the data stays for the next run.
"""
