"""Salesforce's query language: values that cannot become part of the query.

Source: "Quoted String Escape Sequences" in Salesforce's SOQL and SOSL Reference.
"""

_ESCAPED = str.maketrans(
    {"\\": r"\\", "'": r"\'", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\b": r"\b", "\f": r"\f"}
)


def quoted(value: str) -> str:
    """A text as a literal."""
    return f"'{value.translate(_ESCAPED)}'"


def select(columns: str, kind: str, *conditions: str, ending: str) -> str:
    """A query for rows of a kind that meet all conditions, whose values are already quoted."""
    return " ".join(("SELECT", columns, "FROM", kind, "WHERE", " AND ".join(conditions), ending))
