"""Guests: one file for each library that stackerr works with, named by its import name."""
