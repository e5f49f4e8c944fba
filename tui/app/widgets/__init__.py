"""Widgets that draw what screens give them; they never call a server."""
