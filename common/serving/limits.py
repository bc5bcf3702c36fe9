"""What a request may cost: every limit that all domains share, and the reason for it.

The first ones a user may change; `options.py` names them. How many pixels, seconds, letters or
rows are too many says each domain's own room `serving`, and how many requests may wait,
`request_queue.py`. Nothing is imported here.
"""

MEGABYTES = 64.0
"""`--megabytes`: the largest body. A photo of 25 megapixels and ten minutes of WAV in mono fit."""

SECONDS = 30.0
"""`--seconds`: until the body is there (408), and again until the answer is (504)."""

FILE_SECONDS = 600.0
"""`--file-seconds`: until a whole file is answered."""

BODIES = 4
"""Bodies of the largest size that are in memory at once; beyond, 503."""

MOST_AT_ONCE = 64
"""Examples in a request for many, and single requests that are answered together."""

CONNECTIONS = 1000
"""Connections at once, far below the files that a process may have open; beyond, 503."""

HEADER_SECONDS = 10.0
"""Time for the first line and the headers: who does not get on with them is hung up on."""

IDLE_SECONDS = 15
"""Time for which a connection without a request stays open."""

LAST_SECONDS = 1.0
"""Time for which a server that ends waits for a request that is on its way to it."""

LINGER = 2.0
"""Seconds in which the rest of a body that is too large is read and thrown away: whoever is hung
up on while he sends never hears why."""

MOST_CELLS = 20_000_000
"""Cells of a packed table: a Parquet file of a megabyte may hold a thousand million."""

MOST_UNPACKED = 500_000_000
"""Bytes of a packed table, unpacked."""
