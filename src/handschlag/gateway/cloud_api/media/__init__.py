"""Uploads, media nodes and downloads."""
