"""Files that say what webhooks are to be: written by an export, read for a plan."""
