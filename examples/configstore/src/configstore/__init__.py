"""Keeps users, projects, secrets and variables; see `README.md`.

Nothing is imported here, so that the commands of operators need not load a web server.
"""
