"""Results in words, for screens and the command line alike."""
