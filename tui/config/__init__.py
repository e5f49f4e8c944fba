"""Profiles and settings: reading, checking, saving and showing them."""
