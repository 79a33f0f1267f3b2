"""An inventory of the installed distributions."""
