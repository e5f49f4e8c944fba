"""What a webhook, an instance and a change are; standard library only."""
