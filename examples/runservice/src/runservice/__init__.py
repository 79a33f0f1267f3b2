"""Runs as graphs of tasks: queued, scheduled onto executors, logged and archived; see `README.md`.

Nothing is imported here, so that the commands of operators need not load a web server.
"""
