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
