"""Values: webhook, instance, change, text. Standard library only."""
