"""Profiles, credentials and where they are kept."""
