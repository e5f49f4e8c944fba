"""The board: many webhooks of one server in rows, with a character for each flag."""
