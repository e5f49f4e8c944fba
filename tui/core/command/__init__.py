"""Work of the command line: reading the whole list, safety rules, reports as JSON."""
