"""The HTTP client: requests, answers, retries, errors, and masking of secrets."""
