"""How much a file may hold; each limit stands with its reason, and going beyond it is a refusal."""

from __future__ import annotations

MAX_FILE = 64 * 1024 * 1024
"""Bytes of one file; ours: a class takes about 40 kB, a school of 5,000 pupils under 20 MB."""
MAX_UNPACKED = 256 * 1024 * 1024
"""Bytes of a workbook after unpacking; ours: an export of 5,000 pupils stays under 100 MiB."""
MAX_EXPANSION = 200
"""Unpacked bytes per packed byte of a part; ours: sheets of repeated marks reach about 40, and
DEFLATE (RFC 1951) allows 1,032, which only a file made for the purpose comes near."""
SMALL_PART = 1024 * 1024
"""Bytes up to which a part may expand as it likes: it can do no harm."""
MAX_PARTS = 4_096
"""Members of a workbook's container; ours: a sheet adds about three."""
MAX_MARKUP = 3_000_000
"""Tags of one part; ours: bounds the memory of a parsed sheet, about six tags for one cell."""
MAX_SHEETS = 256
"""Sheets of one workbook; ours: a school has fewer classes, a class fewer subjects."""
MAX_ROWS = 100_000
"""Rows of one sheet; ours: a sheet lists the pupils of a class or at most of a school."""
MAX_COLUMNS = 1_000
"""Columns of one sheet; ours."""
MAX_CELLS = 2_000_000
"""Cells of one sheet, the empty ones between them counted; ours: 5,000 pupils by 400 columns."""
MAX_TEXT = 32_767
"""Characters of one cell, the limit that Microsoft states for Excel's cells."""
