"""The bounds of what one request, text or page may cost, in one place. ``docs/limits.md`` says what people see of each.

Work is counted in steps, never in seconds, so that the same input meets the same answer on every machine.
"""

from __future__ import annotations

# One page that compares texts: about a tenth of a second of one core.
COMPARISON_STEPS = 200_000
# One page that compares texts: nobody reads further, and the browser draws each of them.
COMPARISON_PARTS = 3_000
# A list that is read to its end takes one call a page, of a hundred assistants or stores. Servers may go on for ever.
LIST_PAGES = 50

# Left free by every upload for the database and everybody else.
DISK_RESERVE_BYTES = 64 * 2**20
# Below this the site says that it is not ready: a change and its record may no longer fit.
DISK_FULL_BYTES = 8 * 2**20

# How often what killed processes left behind is looked for while the site runs; it is done at each start too.
CLEAN_SECONDS = 3_600
# While uploads arrive without a pause, only older leftovers are removed.
UNCERTAIN_SECONDS = 86_400
