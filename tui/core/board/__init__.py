"""The board: many webhooks of one server, their marks, filter and staged changes."""
