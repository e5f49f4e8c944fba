"""The screens: a folder for each large one, a module for each of the others."""
