"""The bounds of what one request, text or page may cost, in one place. ``docs/limits.md`` says what people see of each.

Work is counted in steps, never in seconds, so that the same input meets the same answer on every machine.
"""

from __future__ import annotations

# One page that compares texts: about a tenth of a second of one core.
COMPARISON_STEPS = 200_000
# One page that compares texts: nobody reads further, and the browser draws each of them.
COMPARISON_PARTS = 1_500
# One page that compares texts, and one page of answers: two of the longest fields whole, and half as much again.
COMPARISON_CHARACTERS = 700_000
# The texts of the sealed rows of one act, for experts: a change of the longest fields is in them before and after.
RAW_CHARACTERS = 200_000
# One piece of an export of the record, in characters and at least one row; the longest row has a few million.
EXPORT_CHARACTERS = 2_000_000
# The texts of several assistants that the page of a hand-over looks through for secrets: less than a twentieth of a
# second. Their reports in the download tell of all.
HANDOVER_CHARACTERS = 600_000
# A description of operations that is pasted; most published ones are shorter.
DESCRIPTION_CHARACTERS = 1_000_000
# What one pasted description may grow to while its references are written out, in entries and in characters. Two
# hundred bytes that refer to themselves grow into gigabytes; these hold the largest operations of published ones.
PASTED_ENTRIES = 10_000
PASTED_CHARACTERS = 250_000
# How deep JSON may be nested that a person types, and that a program sends: what is typed is put into something else.
SCHEMA_DEPTH = 60
JSON_DEPTH = 64
# The tools of one assistant together, its response format, and each piece of JSON that is typed: every page that shows
# an assistant reads them all, and the costliest takes a third of a second of one core for both. 128 functions of two
# thousand characters fit.
SCHEMA_CHARACTERS = 300_000
# How deep JSON is indented where it is read; an object in an object is two to three levels of a schema.
INDENTED_LEVELS = 24
# A schema with more fields is shown as JSON: it is a page that no browser edits well.
SCHEMA_ROWS = 100
# A file of Markdown that is shown with its headings and emphasis: about a tenth of a second each.
MARKDOWN_LINES = 1_500
MARKDOWN_MARKS = 4_000
# The fields of functions that a form shows one by one: a hundred functions of two hundred fields are a page of fifty
# megabytes. Beside them a response format may have as many fields as a schema is shown with.
EDITOR_ROWS = 100
# Unsaved texts that are kept for one person: each may be as long as a form.
DRAFTS = 100
# Each word of a search is one condition in the database, which takes a thousand at most; nobody types so many.
SEARCH_TERMS = 20
# The words of the catalog that hold what is searched for, for all terms together: beyond them the texts are read.
SEARCH_WORDS = 100
# The words of a phrase that are looked up, the longest, before it is looked for in the texts that hold them.
SEARCH_PIECES = 4
# The words of the catalog that PostgreSQL looks through at once for those that no assistant holds any more: nobody can
# put in words meanwhile.
TIDIED_WORDS = 5_000
# Of the address of a search that is kept as a view; every list of the team has the addresses of all of its views.
VIEW_CHARACTERS = 4_000
# The texts of a page of found assistants that are looked through for what is shown of them; each takes a tenth of a
# millisecond for a thousand characters.
EXCERPT_CHARACTERS = 600_000
# A list that is read to its end takes one call a page, of a hundred assistants or stores. Servers may go on for ever.
LIST_PAGES = 50

# Vector stores of one assistant that a page asks about; the protocol has one, and a server may name thousands.
STORES_ASKED = 10

# An import on its page. Reading it takes up to sixty bytes for each bracket and comma; the command takes any size.
IMPORT_MB = 32
IMPORT_MARKS = 1_000_000
# What stands in the place of an assistant and is none; each is told with its place, and costs 40 microseconds.
IMPORT_FAULTS = 5_000
# What Python prints is read as code, which takes up to half a kilobyte for each word and mark outside of its texts.
PRINTED_TOKENS = 200_000

# One answer of a model, its thoughts and what it passes to tools included. The longest answers of known models have
# half a million characters in pieces of four; each piece counts for eight more, and each call of a tool for a thousand.
ANSWER_CHARACTERS = 2_000_000

# One file whose text is read to be searched: its bytes, the text that it may give, and the time for it. It is read in
# a process of its own, with so much memory; the clock ends what its processor's time does not, such as a full disk.
READ_BYTES = 100 * 2**20
READ_CHARACTERS = 20_000_000
READ_SECONDS = 60
READ_PROCESSOR_SECONDS = 45
READ_MEMORY_BYTES = 2**30
# What a zip, which Office files and e-books are, may hold once it is unpacked: a bomb is a million times as long.
UNPACKED_BYTES = 200_000_000
PACKAGE_PARTS = 20_000
# How many documents or mails inside one another are read.
DOCUMENTS_INSIDE = 5
MAILS_INSIDE = 10
# A row or cell that a spreadsheet says is repeated: a few bytes may say a million times.
REPEATED_CELLS = 100

# Left free by every upload for the database and everybody else.
DISK_RESERVE_BYTES = 64 * 2**20
# Below this the site says that it is not ready: a change and its record may no longer fit.
DISK_FULL_BYTES = 8 * 2**20

# How often what killed processes left behind is looked for while the site runs; it is done at each start too.
CLEAN_SECONDS = 3_600
# While uploads arrive without a pause, only older leftovers are removed.
UNCERTAIN_SECONDS = 86_400

# How long the head of a request may take, together with what it waits for of its body.
HEAD_SECONDS = 20.0
# The limits on one line (8,190) and on the number of headers (100) leave room for much more than anybody sends.
HEAD_BYTES = 64 * 1024
# A body up to this length is waited for as a whole, and so is this much of a longer one.
# The text of nearly every form is shorter.
SHORT_BODY_BYTES = 64 * 1024
# Who sends a long body, or a request before the last answer, waits this long for one of the threads for those.
TURN_WAIT_SECONDS = 20.0
# The sender of a long body must bring so much in each window; a telephone on a bad line brings four times as much.
LONG_BODY_WINDOW_SECONDS = 10.0
LONG_BODY_WINDOW_BYTES = 64 * 1024
# While others wait for their turn, who had one for so many seconds and brought less in a second gives it up.
FAIR_SECONDS = 10.0
FAIR_BYTES_PER_SECOND = 64 * 1024
# An answer that nobody takes is given up after this time.
UNTAKEN_SECONDS = 30
