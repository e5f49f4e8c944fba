"""Drafts: their list, the server of each, and what offers them."""
