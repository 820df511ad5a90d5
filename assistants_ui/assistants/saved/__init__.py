"""Views of the list with a name, of one person or of the team."""
