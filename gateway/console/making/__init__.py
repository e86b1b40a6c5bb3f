"""New single-use links, made by hand: one, or many at once."""
