"""Reviewing a plan for many webhooks, and the run that carries it out."""
