"""Answers that many calls give."""

SUCCESS = b'{"success":true}'
