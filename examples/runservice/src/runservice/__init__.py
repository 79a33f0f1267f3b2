"""Runs as graphs of tasks: queued, scheduled onto executors, logged and archived."""
