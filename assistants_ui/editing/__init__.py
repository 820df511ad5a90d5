"""What it takes to change an assistant without losing anybody's words.

``values`` says when two values mean the same, ``merge`` puts two people's changes together,
``snapshots`` and ``tokens`` remember what was opened, ``saving`` and ``submissions`` send.
"""
