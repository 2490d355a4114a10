"""The whole of Handschlag in one process, with simulated customers and a clock that can be moved."""
