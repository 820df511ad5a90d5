"""A tiny model in a process of its own, which shows that everything works and answers nothing well."""
