"""How the site is served: what is read from a connection, and what is refused before anybody works on it."""
