"""Writes docs/record.xsd, the schema of the record XML, from the types of the model.

Usage: ``python -m tools.record_schema [FILE]``. A test compares the committed file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from preserve.formats.record_xml_schema import record_schema

SCHEMA = Path(__file__).resolve().parents[1] / "docs" / "record.xsd"


def main(arguments: list[str]) -> None:
    """Write the schema to the given file, or to its place in the documents."""
    target = Path(arguments[0]) if arguments else SCHEMA
    target.write_bytes(record_schema())


if __name__ == "__main__":
    main(sys.argv[1:])
