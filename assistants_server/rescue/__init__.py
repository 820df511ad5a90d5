"""Bring assistants home from what people saved of them, and write them out again."""
