"""The client of the messenger in a real browser, before a real relay and gateway, with a man in the middle who obeys the test."""
