"""From the bytes of a file to words that can be searched."""
