"""An assistant leaves for where it is needed, with a verdict on every field that it has.

:data:`TARGETS` has the targets by name; ``TARGETS[name].handover(assistant)`` gives the files for one and what
becomes of each field, :func:`package` those for several. Nothing here asks a server or a database.
"""
