"""What a workflow says and decides: templates and their variables, conditions, waits, the standard texts."""
