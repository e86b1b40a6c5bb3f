"""`python -m tests.shared.record_required_fields`: note the required fields of structs that are new.

What is noted of a struct already is left as it is: a field that became required later would break
an older neighbour, and a test says so.
"""

import json
from pathlib import Path

from tests.shared.inventory import structs
from tests.shared.test_neighbours import RECORDED, required


def main() -> None:
    """Write the file that test_neighbours.py compares with."""
    known = {name: RECORDED.get(name, required(kind)) for name, kind in sorted(structs().items())}
    text = json.dumps(known, indent=2) + "\n"
    (Path(__file__).parent / "required_fields.json").write_text(text)
    print("new: " + (", ".join(sorted(known.keys() - RECORDED.keys())) or "none"))


if __name__ == "__main__":
    main()
