"""`/contacts`: the people that links are made for, and what became of each one's links."""

PATH = "/contacts"
