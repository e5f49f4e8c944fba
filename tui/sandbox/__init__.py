"""A small CodeChat v2 server for --demo, tests and trying things."""
