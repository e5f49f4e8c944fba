"""Runs: plans that are carried out, row by row, with an outcome for each."""
