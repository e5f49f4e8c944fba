"""Files that describe wanted webhooks: written by an export, read for a plan."""
