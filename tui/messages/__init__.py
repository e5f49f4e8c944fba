"""How results are said in words, for screens and the command line alike."""
