"""Changing many assistants at once: seen before, each with its own outcome, and taken back as one."""
