"""What the program does, without a terminal and without HTTP."""
