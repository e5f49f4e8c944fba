"""Plans: the changes of many webhooks before anything is sent."""
