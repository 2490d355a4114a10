"""Logs and figures for operators: ids, counts and durations, never content, names, numbers or keys."""
