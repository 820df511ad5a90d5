"""A local index of the assistants of each workspace. Never the source of truth: opening one reads the server."""
