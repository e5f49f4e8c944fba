"""An adapter for each kind of server, and what they share."""
