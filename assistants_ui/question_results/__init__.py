"""What an answer must hold, what a run of test questions came to, and whether it allows a save."""
